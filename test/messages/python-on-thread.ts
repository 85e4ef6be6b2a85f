import { text } from 'flowserve';
import { python } from 'flowserve/python';

export const mistake = python({
  name: 'language',
  module: './lang.py',
  function: 'detect',
  input: { text },
  output: { language: text },
  runsOn: 'thread',
});
