import { float64, stage, tensor, text } from 'flowserve';
import { readAlphabet } from '../ctc/alphabet.ts';
import { bestPath } from '../ctc/best-path.ts';

/** Makes text of the recognizer's probabilities. */
export const toText = stage({
  name: 'to text',
  input: { characters: tensor('FP32', [-1, 6625]) },
  output: { text, confidence: float64 },
  setup: () => readAlphabet(),
  run: ({ characters }, { state: alphabet }) => bestPath(characters.data, alphabet),
});
