import { int32, pipeline, stage } from 'flowserve';
import { python } from 'flowserve/python';

const count = { n: int32 };
const neverWoken = new Int32Array(new SharedArrayBuffer(4));

const fast = stage({ name: 'fast', input: count, output: count, replicas: 1, run: (row) => row });

/** Keeps its worker for 100 ms, and leaves the cores to those who measure. */
function slow(replicas: number | { readonly min: number; readonly max: number }) {
  return stage({
    name: 'slow',
    input: count,
    output: count,
    replicas,
    run(row) {
      Atomics.wait(neverWoken, 0, 0, 100);
      return row;
    },
  });
}

/** The same in processes, one row a call as on threads. */
const slowInPython = python({
  name: 'slow',
  module: new URL('./scaling.py', import.meta.url),
  function: 'slow',
  input: count,
  output: count,
  replicas: { min: 1, max: 16 },
  maxBatch: 1,
});

const options = { latencyTargetMs: 400 };
export const scaled = pipeline('scaled', count, (rows) => rows.map(fast).map(slow({ min: 1, max: 16 })), options);
export const inPython = pipeline('in-python', count, (rows) => rows.map(fast).map(slowInPython), options);
/** As many as the load before the step needs. */
export const fixed = pipeline('fixed', count, (rows) => rows.map(fast).map(slow(2)), options);
