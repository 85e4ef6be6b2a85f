import type { Tensor } from 'flowserve';
import type { Picture } from './picture.ts';
import { mixLevels, resampleRows } from './resample-rows.ts';

/** Planes of blue, green and red, as all three models want them: PaddleOCR trains on what OpenCV reads. */
type Planes<Height extends number, Width extends number> = Tensor<'FP32', readonly [3, Height, Width]>;

/** A grey level as the models want it: (x/255 − 0.5)/0.5, from −1 to 1. Source: PaddleOCR's configuration. */
const normalised = Float32Array.from({ length: 256 }, (_, level) => (level / 255 - 0.5) / 0.5);

/**
 * Resizes a picture to `contentWidth` × `height` and makes it the input of a model.
 * Columns from there to `width` stay 0, which is mid grey: padding goes in after normalising.
 */
export function toTensor<const Height extends number, const Width extends number>(
  picture: Picture,
  contentWidth: number,
  height: Height,
  width: Width,
): Planes<Height, Width> {
  const data = new Float32Array(3 * height * width);
  const isThatSize = picture.shape[0] === height && picture.shape[1] === contentWidth;
  if (isThatSize) copyPixels(picture, data, width);
  else resample(picture, contentWidth, data, height, width);
  return { datatype: 'FP32', shape: [3, height, width], data };
}

function resample(picture: Picture, contentWidth: number, data: Float32Array, height: number, width: number): void {
  const [green, red] = [height * width, 2 * height * width];
  const levels = contentWidth * 3;
  resampleRows(picture, contentWidth, height, (above, below, weight, row) => {
    for (let x = 0, to = row * width; x < levels; x += 3, to++) {
      data[to] = normalised[mixLevels(above[x + 2] as number, below[x + 2] as number, weight)] as number;
      data[to + green] = normalised[mixLevels(above[x + 1] as number, below[x + 1] as number, weight)] as number;
      data[to + red] = normalised[mixLevels(above[x] as number, below[x] as number, weight)] as number;
    }
  });
}

function copyPixels({ data: source, shape: [height, contentWidth] }: Picture, data: Float32Array, width: number): void {
  const [green, red] = [height * width, 2 * height * width];
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = y * width; x < contentWidth; x++, to++, from += 3) {
      data[to] = normalised[source[from + 2] as number] as number;
      data[to + green] = normalised[source[from + 1] as number] as number;
      data[to + red] = normalised[source[from] as number] as number;
    }
  }
}
