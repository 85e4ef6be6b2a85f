import { bytes, float64, int32, pipeline, stage, text } from 'flowserve';

// One pipeline for each rule of the optimizer, named after it, in which it has something to do.

const row = { n: int32, word: text };
const photo = { n: int32, photo: bytes };

/** As much as a small model costs in JavaScript. */
function compute(n: number): number {
  let sum = n + 1;
  for (let i = 1; i < 5000; i++) sum += Math.sqrt(i) / sum;
  return sum;
}
const heavy = stage({ name: 'heavy', input: { n: int32 }, output: { heavy: float64 }, run: ({ n }) => ({ heavy: compute(n) }) });
const heavyOnThread = stage({
  name: 'heavy on a thread',
  input: { n: int32 },
  output: { heavy: float64 },
  runsOn: 'thread',
  run: ({ n }) => ({ heavy: compute(n) }),
});

/** Three rows of four are filtered out after they have been computed. */
export const pushFilterDown = pipeline('push-filter-down', row, (rows) => rows.derive(heavy).filter(['n'], ({ n }) => n % 4 === 0));

/** Two branches compute the same. */
export const shareCommonSubplans = pipeline('share-common-subplans', row, (rows) =>
  rows
    .derive(heavy)
    .map({ a: float64 }, ({ heavy: value }) => ({ a: value }))
    .join(rows.derive(heavy).map({ b: float64 }, ({ heavy: value }) => ({ b: -value }))),
);

/** Nobody reads what is computed. */
export const dropDeadBranches = pipeline('drop-dead-branches', row, (rows) => rows.derive(heavy).select('word'));

const plusOne = ({ n }: { readonly n: number }): { readonly n: number } => ({ n: n + 1 });
/** Ten functions that do next to nothing. */
export const mergeMaps = pipeline('merge-maps', { n: int32 }, (rows) => {
  let flow = rows;
  for (let i = 0; i < 10; i++) flow = flow.map({ n: int32 }, (given) => plusOne(given));
  return flow;
});

const wide = { n: int32, a: text, b: text, c: text, d: text, e: text, f: text, g: text, h: text };
/** Eight columns are copied along that nobody reads. */
export const pruneColumns = pipeline('prune-columns', wide, (rows) =>
  rows
    .derive(stage({ name: 'one', input: { n: int32 }, output: { one: int32 }, run: ({ n }) => ({ one: n }) }))
    .derive(stage({ name: 'two', input: { one: int32 }, output: { two: int32 }, run: ({ one }) => ({ two: one }) }))
    .derive(stage({ name: 'three', input: { two: int32 }, output: { three: int32 }, run: ({ two }) => ({ three: two }) }))
    .select('three'),
);

const pass = { photo: bytes };
const firstHalf = stage({
  name: 'first half',
  input: pass,
  output: pass,
  runsOn: 'thread',
  run: ({ photo: given }) => ({ photo: given.subarray(0, given.length) }),
});
const secondHalf = stage({
  name: 'second half',
  input: pass,
  output: { length: int32 },
  runsOn: 'thread',
  run: ({ photo: given }) => ({ length: given.length }),
});

/** JavaScript between two stages on threads. */
export const placeWithNeighbours = pipeline('place-with-neighbours', photo, (rows) =>
  rows
    .map(firstHalf)
    .map(pass, ({ photo: given }) => ({ photo: given.subarray(0, given.length) }))
    .map(secondHalf),
);

/** A light branch beside a heavy one. */
export const wholePipelinePerWorker = pipeline('whole-pipeline-per-worker', photo, (rows) =>
  rows.map({ light: bytes }, ({ photo: given }) => ({ light: given.subarray(0, given.length) })).join(rows.map(heavyOnThread)),
);

const counting = (name: string) =>
  stage({ name, input: pass, output: { length: int32 }, runsOn: 'thread', run: ({ photo: given }) => ({ length: given.length }) });

/** Three stages on threads, one after another. */
export const fuseRegions = pipeline('fuse-regions', photo, (rows) =>
  rows
    .derive(counting('first'))
    .rename({ length: 'one' })
    .derive(counting('second'))
    .rename({ length: 'two' })
    .derive(counting('third'))
    .select('one', 'two', 'length'),
);

const number = { input: { n: int32 }, output: { n: int32 } };
const onThread = (name: string, run: (given: { readonly n: number }) => { readonly n: number } | Promise<{ readonly n: number }>) =>
  stage({ name, ...number, runsOn: 'thread', run });
const after5Ms = <T>(given: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(given), 5));
/** A race of two stages on threads and one on the event loop, after what those on threads share. One is there at once. */
export const splitRaces = pipeline('split-races', row, (rows) => {
  const shared = rows.map(onThread('shared', (given) => given));
  const onLoop = stage({ name: 'on the loop', ...number, runsOn: 'loop', run: after5Ms });
  return shared.map(onThread('soon', (given) => given)).anyOf(shared.map(onThread('late', after5Ms)), rows.map(onLoop));
});

let calls = 0;
/** Every second call takes ten times as long. */
const uneven = stage({
  name: 'uneven',
  ...number,
  race: { copies: 2 },
  run: (given) => new Promise((resolve) => setTimeout(() => resolve(given), calls++ % 2 === 0 ? 20 : 2)),
});
export const raceStages = pipeline('race-stages', row, (rows) => rows.map(uneven));

/** A photo that the stage on the thread does not read. */
export const pruneTransfers = pipeline('prune-transfers', photo, (rows) =>
  rows.map(
    stage({
      name: 'heavy elsewhere',
      input: { n: int32 },
      output: { heavy: float64 },
      runsOn: 'thread',
      run: ({ n }) => ({ heavy: compute(n) }),
    }),
  ),
);
