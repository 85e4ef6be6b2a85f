import { float32, text } from 'flowserve';
import { python } from 'flowserve/python';
import { interpreter } from '../installed.ts';

/** Tells the language of a text, and how sure that is: a function in Python, in a process of its own. */
export const detectLanguage = python({
  name: 'detect language',
  module: new URL('./detect_language.py', import.meta.url),
  function: 'detect',
  setup: 'setup',
  interpreter,
  input: { text },
  output: { language: text, score: float32 },
});
