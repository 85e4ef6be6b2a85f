import { text } from 'flowserve';
import { python } from 'flowserve/python';

export const mistake = python({
  name: 'language',
  module: './lang.py',
  function: (row: { readonly text: string }) => row,
  input: { text },
  output: { language: text },
});
