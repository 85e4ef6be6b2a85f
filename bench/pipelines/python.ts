import { int32, pipeline, tensor, text } from 'flowserve';
import { python } from 'flowserve/python';

const module = new URL('./functions.py', import.meta.url);
const [count, words, pixels] = [{ n: int32 }, { word: text }, { x: tensor('FP32', [2 ** 18]) }];

export const empty = pipeline('empty', count, (rows) =>
  rows.map(python({ name: 'same', module, function: 'same', input: count, output: count, replicas: 1 })),
);
export const word = pipeline('word', words, (rows) =>
  rows.map(python({ name: 'same', module, function: 'same', input: words, output: words, replicas: 1 })),
);
export const megabyte = pipeline('megabyte', pixels, (rows) =>
  rows.map(python({ name: 'same', module, function: 'same', input: pixels, output: pixels, replicas: 1 })),
);
/** One row a call, so that calls cannot share one and their number is what replicas divide. */
export const sleeping = pipeline('sleeping', count, (rows) =>
  rows.map(python({ name: 'sleep', module, function: 'sleep', input: count, output: count, maxBatch: 1 })),
);
export const computing = pipeline('computing', count, (rows) =>
  rows.map(python({ name: 'compute', module, function: 'compute', input: count, output: count, maxBatch: 1 })),
);
