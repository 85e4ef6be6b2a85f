import { int32, pipeline, stage, store, text } from 'flowserve';

// JavaScript, because worker threads import it too, and the threads of Node 20 cannot run TypeScript.

export const names = store('names', { key: int32, value: text, entries: [[1, 'one']] });
const read = stage({
  name: 'read',
  input: { n: int32 },
  output: { name: text },
  runsOn: 'thread',
  run: async ({ n }) => ({ name: (await names.get(n))?.value ?? 'none' }),
});
const shout = stage({
  name: 'shout',
  input: { name: text },
  output: { shouted: text },
  runsOn: 'thread',
  run: ({ name }) => ({ shouted: name.toUpperCase() }),
});

export const reading = pipeline('reading', { n: int32 }, (rows) => rows.map(read));
export const looking = pipeline('looking', { n: int32 }, (rows) => rows.lookup(names, { key: 'n', as: 'name' }).map(shout));

const half = stage({
  name: 'half',
  input: { n: int32 },
  output: { half: int32 },
  runsOn: 'thread',
  run: ({ n }) => ({ half: Math.floor(n / 2) }),
});
export const counting = pipeline('counting', { n: int32 }, (rows) =>
  rows.map(half).agg((a) => ({ count: a.count(), total: a.sum('half') })),
);
export const grouping = pipeline('grouping', { n: int32 }, (rows) =>
  rows
    .map(half)
    .groupBy('half')
    .filter((group) => group.length > 1)
    .map({ place: int32 }, async (group) => group.map((_, place) => ({ place })))
    .combine(),
);
