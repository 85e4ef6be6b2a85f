import { threadId } from 'node:worker_threads';
import { int32, pipeline, stage } from 'flowserve';

const count = { n: int32 };
const neverWoken = new Int32Array(new SharedArrayBuffer(4));

/** Keeps its worker for 40 ms; ends it instead where it is told a number below 0. */
const slow = stage({
  name: 'slow',
  input: count,
  output: { n: int32, thread: int32 },
  replicas: { min: 1, max: 4 },
  run({ n }) {
    if (n < 0) process.exit(3);
    Atomics.wait(neverWoken, 0, 0, 40);
    return { n, thread: threadId };
  },
});
/** Computes for 15 ms. */
const busy = stage({
  name: 'busy',
  input: count,
  output: { n: int32, thread: int32 },
  replicas: { min: 1, max: 8 },
  run({ n }) {
    const untilMs = performance.now() + 15;
    while (performance.now() < untilMs);
    return { n, thread: threadId };
  },
});
export const computing = pipeline('computing', count, (rows) => rows.map(busy));
export const scaled = pipeline('scaled', count, (rows) => rows.map(slow));
