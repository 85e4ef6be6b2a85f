// @ts-check
import { runModel } from './models.mjs';
import { toTensor } from './to-tensor.mjs';

/**
 * @typedef {import('./decode-photo.mjs').Photo} Photo
 * @typedef {import('./models.mjs').Model} Model
 */

// Size the classifier is trained on and the least probability it is believed at. PaddleOCR's values.
const HEIGHT = 48;
const WIDTH = 192;
const LEAST_PROBABILITY = 0.9;

/**
 * This says whether a line is upside down.
 * @param {Model} orientation
 * @param {Photo} line
 * @param {(length: number) => Float32Array} scratch
 * @returns {Promise<boolean>}
 */
export async function isUpsideDown(orientation, line, scratch) {
  const width = Math.min(WIDTH, Math.ceil((HEIGHT * line.width) / line.height));
  const pixels = scratch(3 * HEIGHT * WIDTH);
  toTensor(line, width, HEIGHT, WIDTH, pixels);
  const { values } = await runModel(orientation, pixels, [1, 3, HEIGHT, WIDTH]);
  return values[1] > LEAST_PROBABILITY;
}
