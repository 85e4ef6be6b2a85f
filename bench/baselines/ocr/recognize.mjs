// @ts-check
import { decodeCtc } from './ctc.mjs';
import { runModel } from './models.mjs';
import { toTensor } from './to-tensor.mjs';

/**
 * @typedef {import('./ctc.mjs').Reading} Reading
 * @typedef {import('./decode-photo.mjs').Photo} Photo
 * @typedef {import('./models.mjs').Models} Models
 */

/** Size the recognizer is trained on, the least width included. PaddleOCR's values. */
const HEIGHT = 48;
const LEAST_WIDTH = 320;

/**
 * This reads one line. Its padding depends on this line alone, so its answer does not depend on others:
 * none beyond the least width, the reference's own rule for a batch of one. Padding costs spaces between words; against
 * that rule's words, widths rounded up to 8, 32, 64 and 160 pixels lose 1.2, 3.5, 4.4 and 5.8 % more.
 * Lines run one by one: a batch gives the same floats to the bit but is slower (one thread; 2 lines of 320 pixels
 * take 1.3 times as long as one after the other, 8 lines 1.5 times), as one line's activations just fit the cache.
 * @param {Models} models
 * @param {Photo} line
 * @param {(length: number) => Float32Array} scratch
 * @returns {Promise<Reading>}
 */
export async function recognize({ recognizer, alphabet }, line, scratch) {
  const wanted = (HEIGHT * line.width) / line.height;
  const paddedWidth = Math.max(LEAST_WIDTH, Math.trunc(wanted));
  const width = Math.min(Math.ceil(wanted), paddedWidth);
  const pixels = scratch(3 * HEIGHT * paddedWidth);
  toTensor(line, width, HEIGHT, paddedWidth, pixels);
  const { values } = await runModel(recognizer, pixels, [1, 3, HEIGHT, paddedWidth]);
  return decodeCtc(values, alphabet);
}
