import { int32, pipeline, stage } from 'flowserve';

const columns = { n: int32 };

export const onLoop = pipeline('on-loop', columns, (rows) =>
  rows.map(columns, ({ n }) => ({ n: n + 1 })).map(columns, async ({ n }) => ({ n: n + 1 })),
);

const onThreadStage = stage({ name: 'add one', input: columns, output: columns, runsOn: 'thread', run: ({ n }) => ({ n: n + 1 }) });

export const onThread = pipeline('on-thread', columns, (rows) => rows.map(onThreadStage));
