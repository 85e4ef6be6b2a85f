import { readFile } from 'node:fs/promises';
import { float64, stage, tensor, text } from 'flowserve';
import { topClass } from '../classes/top-class.ts';

/** Names the most probable class. */
export const toLabel = stage({
  name: 'to label',
  input: { logits: tensor('FP32', [1000]) },
  output: { label: text, confidence: float64 },
  setup: async () => (await readFile(new URL('../models/labels.txt', import.meta.url), 'utf8')).split('\n'),
  run: ({ logits }, { state: labels }) => {
    const { index, confidence } = topClass(logits.data);
    return { label: labels[index] ?? `class ${index}`, confidence };
  },
});
