import { batchStage, int32, pipeline } from 'flowserve';
import { python } from 'flowserve/python';

const x = { x: int32 };
const module = new URL('../python/functions.py', import.meta.url);

/** Waits a moment, so that rows of several requests meet in one call. */
async function later(rows) {
  await new Promise(setImmediate);
  return rows;
}

/** Rows that a filter leaves, through a function of several rows. */
const through = (name, batched) => pipeline(name, x, (rows) => rows.filter(['x'], (row) => row.x > 25).map(batched));
const batch = (options) => batchStage({ name: 'batched', input: x, output: x, run: later, ...options });

export const onTheLoop = through('loop', batch({ runsOn: 'loop' }));
export const onAThread = through('thread', batch({ runsOn: 'thread' }));
export const inPython = through('python', python({ name: 'batched', module, function: 'same', input: x, output: x, replicas: 1 }));
