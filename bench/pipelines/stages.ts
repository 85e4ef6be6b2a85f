import { batchStage, bytes, expander, pipeline, stage } from 'flowserve';
import { python } from 'flowserve/python';
import { remote } from 'flowserve/remote';

const columns = { photo: bytes };

/** A stage of each kind that gives back what it is given, so that what is measured is the call. */
const row = stage({ name: 'row', input: columns, output: columns, run: (given) => given });
const later = stage({ name: 'later', input: columns, output: columns, run: async (given) => given });
const batch = batchStage({ name: 'batch', input: columns, output: columns, maxBatch: 32, run: (rows) => rows });
const expand = expander({ name: 'expand', input: columns, output: columns, run: (given) => [given] });
const thread = stage({ name: 'thread', input: columns, output: columns, runsOn: 'thread', run: (given) => given });
const child = python({
  name: 'child',
  module: new URL('./echo.py', import.meta.url),
  function: 'echo',
  input: columns,
  output: columns,
  replicas: 1,
});
const elsewhere = remote({
  name: 'elsewhere',
  url: process.env.MODEL_SERVER ?? 'http://127.0.0.1:1',
  model: 'echo',
  input: columns,
  output: columns,
});

export const nothing = pipeline('nothing', columns, (rows) => rows.filter(['photo'], () => true));
export const withRow = pipeline('row', columns, (rows) => rows.map(row));
export const withLater = pipeline('row-async', columns, (rows) => rows.map(later));
export const withBatch = pipeline('batch', columns, (rows) => rows.map(batch));
export const withExpander = pipeline('expander', columns, (rows) => rows.flatMap(expand));
export const withThread = pipeline('thread', columns, (rows) => rows.map(thread));
export const withPython = pipeline('python', columns, (rows) => rows.map(child));
export const withRemote = pipeline('remote', columns, (rows) => rows.map(elsewhere));
