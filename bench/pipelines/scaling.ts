import { int32, pipeline, stage } from 'flowserve';

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

const options = { latencyTargetMs: 400 };
export const scaled = pipeline('scaled', count, (rows) => rows.map(fast).map(slow({ min: 1, max: 16 })), options);
/** As many as the load before the step needs. */
export const fixed = pipeline('fixed', count, (rows) => rows.map(fast).map(slow(2)), options);
