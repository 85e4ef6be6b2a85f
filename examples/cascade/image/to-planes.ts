import type { Tensor } from 'flowserve';

/** The mean and the standard deviation of red, green and blue in the photos that a network was trained on, from 0 to 255. */
export interface Levels {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** Makes a square picture the input of a network: planes of red, green and blue, in deviations from the mean. */
export function toPlanes<const Size extends number>(
  picture: Uint8Array,
  size: Size,
  { mean, deviation }: Levels,
): Tensor<'FP32', readonly [3, Size, Size]> {
  const data = new Float32Array(3 * size * size);
  for (const plane of [0, 1, 2] as const) {
    const [middle, unit] = [mean[plane], deviation[plane]];
    for (let from = plane, to = plane * size * size; from < picture.length; from += 3, to++) {
      data[to] = ((picture[from] as number) - middle) / unit;
    }
  }
  return { datatype: 'FP32', shape: [3, size, size], data };
}
