import { threadId } from 'node:worker_threads';
import { int32, pipeline, stage, text } from 'flowserve';
import sharp from 'sharp';
import labels from './labels.json' with { type: 'json' };
import { here, motto } from './words/motto.ts';

const { greeting } = await Promise.resolve(labels);

const look = stage({
  name: 'look',
  input: { width: int32 },
  output: { greeting: text, motto: text, here: text, pixels: int32, thread: int32 },
  runsOn: 'thread',
  async run({ width }) {
    const data = await sharp({ create: { width, height: 2, channels: 3, background: '#000' } })
      .raw()
      .toBuffer();
    return { greeting, motto, here, pixels: data.length / 3, thread: threadId };
  },
});

export const bundled = pipeline('bundled', { width: int32 }, (rows) => rows.map(look));

export const broken = pipeline('broken', { width: int32 }, (rows) =>
  rows.map({ width: int32 }, ({ width }) => {
    throw new TypeError(`no width ${width}`);
  }),
);
