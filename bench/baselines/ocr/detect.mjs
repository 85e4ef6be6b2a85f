// @ts-check
import { boxesFromMap } from './boxes-from-map.mjs';
import { multipleOf32 } from './fit-photo.mjs';
import { runModel } from './models.mjs';
import { toTensor } from './to-tensor.mjs';

/**
 * @typedef {import('./decode-photo.mjs').Photo} Photo
 * @typedef {import('./min-area-rectangle.mjs').Box} Box
 * @typedef {import('./models.mjs').Model} Model
 */

/** The shorter side of the photo is scaled up to this, never down. PaddleOCR's value. */
const SHORTEST_SIDE = 736;

/**
 * This finds the lines of text in a photo, in no order.
 * @param {Model} detector
 * @param {Photo} photo
 * @param {(length: number) => Float32Array} scratch
 * @returns {Promise<Box[]>}
 */
export async function detect(detector, photo, scratch) {
  const ratio = Math.max(SHORTEST_SIDE / Math.min(photo.width, photo.height), 1);
  const width = multipleOf32(photo.width * ratio);
  const height = multipleOf32(photo.height * ratio);
  const pixels = scratch(3 * width * height);
  toTensor(photo, width, height, width, pixels);
  const map = await runModel(detector, pixels, [1, 3, height, width]);
  return boxesFromMap(map.values, width, height, photo);
}
