import { int32, pipeline, stage, tensor } from 'flowserve';

const pixels = { pixels: tensor('FP32', [-1]) };

/** Changes the column that it returns rather than a copy. */
export const careless = pipeline('careless', { n: int32 }, (rows) =>
  rows.map(stage({ name: 'clean', input: { n: int32 }, output: { n: int32 }, run: (row) => Object.assign(row, { n: 0 }) })),
);

/** Scales a tensor in place, on a thread. */
export const scaled = pipeline('scaled', pixels, (rows) =>
  rows.map(
    stage({
      name: 'scale',
      input: pixels,
      output: pixels,
      runsOn: 'thread',
      run({ pixels: given }) {
        given.data.forEach((value, i) => {
          given.data[i] = value / 255;
        });
        return { pixels: given };
      },
    }),
  ),
);
