// @ts-check
import { resampleRows } from './resize.mjs';

/** @typedef {import('./decode-photo.mjs').Photo} Photo */

/** A grey level as all three models want it: (x/255 − 0.5)/0.5, from −1 to 1. Source: PaddleOCR's configuration. */
const normalised = Float32Array.from({ length: 256 }, (_, level) => (level / 255 - 0.5) / 0.5);

/**
 * This resizes a photo into the input of a model: planes of blue, green and red, normalised.
 * Columns from `width` to `paddedWidth` become 0, which is mid grey: padding goes in after normalising.
 * @param {Photo} photo
 * @param {number} width
 * @param {number} height
 * @param {number} paddedWidth
 * @param {Float32Array} target 3 × height × paddedWidth
 */
export function toTensor(photo, width, height, paddedWidth, target) {
  if (width < paddedWidth) target.fill(0, 0, 3 * height * paddedWidth);
  if (width === photo.width && height === photo.height) return copyPixels(photo, paddedWidth, target);
  const plane = height * paddedWidth;
  resampleRows(photo, width, height, (above, below, weight, row) => {
    const rest = 2048 - weight;
    let to = row * paddedWidth;
    for (let x = 0; x < width * 3; x += 3, to++) {
      target[to] = normalised[(above[x + 2] * rest + below[x + 2] * weight + ROUNDING) >> 22];
      target[to + plane] = normalised[(above[x + 1] * rest + below[x + 1] * weight + ROUNDING) >> 22];
      target[to + 2 * plane] = normalised[(above[x] * rest + below[x] * weight + ROUNDING) >> 22];
    }
  });
}

const ROUNDING = 1 << 21;

/**
 * @param {Photo} photo
 * @param {number} paddedWidth
 * @param {Float32Array} target
 */
function copyPixels({ data, width, height }, paddedWidth, target) {
  const plane = height * paddedWidth;
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = y * paddedWidth; x < width; x++, to++, from += 3) {
      target[to] = normalised[data[from + 2]];
      target[to + plane] = normalised[data[from + 1]];
      target[to + 2 * plane] = normalised[data[from]];
    }
  }
}
