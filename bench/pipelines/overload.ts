import { int32, pipeline, stage } from 'flowserve';
import { python } from 'flowserve/python';

const count = { n: int32 };
const neverWoken = new Int32Array(new SharedArrayBuffer(4));

/** Keeps its worker for 5 ms, as a model does, and leaves the cores to those who measure. */
const blocking = stage({
  name: 'blocking',
  input: count,
  output: count,
  runsOn: 'thread',
  run(row) {
    Atomics.wait(neverWoken, 0, 0, 5);
    return row;
  },
});
export const thread = pipeline('thread', count, (rows) => rows.map(blocking));

const module = new URL('./functions.py', import.meta.url);
export const inPython = pipeline('python', count, (rows) =>
  rows.map(python({ name: 'sleep', module, function: 'sleep', input: count, output: count, maxBatch: 1, replicas: 1 })),
);
