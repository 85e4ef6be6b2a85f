// @ts-check
import { crop } from './crop.mjs';
import { detect } from './detect.mjs';
import { fitPhoto } from './fit-photo.mjs';
import { readLine } from './read-line.mjs';
import { readingOrder } from './reading-order.mjs';

/**
 * @typedef {import('./decode-photo.mjs').Photo} Photo
 * @typedef {import('./fit-photo.mjs').FittedPhoto} FittedPhoto
 * @typedef {import('./min-area-rectangle.mjs').Box} Box
 * @typedef {import('./models.mjs').Models} Models
 *
 * @typedef {object} Line
 * @property {string} text
 * @property {number} confidence from 0.5 to 1
 * @property {Box} box in pixels of the photo
 */

/** Below this confidence a line is dropped. PaddleOCR's value. */
const LEAST_CONFIDENCE = 0.5;

/**
 * This reads the lines of text in a decoded photo, in reading order; none gives an empty list.
 * One photo at a time per scratch.
 * @param {Models} models
 * @param {Photo} original
 * @param {(length: number) => Float32Array} scratch
 * @returns {Promise<Line[]>}
 */
export async function readPhoto(models, original, scratch) {
  const fitted = fitPhoto(original);
  const boxes = readingOrder(await detect(models.detector, fitted.photo, scratch));
  /** @type {Line[]} */
  const lines = [];
  for (const box of boxes) {
    const reading = await readLine(models, crop(fitted.photo, box), scratch);
    if (reading.confidence >= LEAST_CONFIDENCE) lines.push({ ...reading, box: toOriginal(box, fitted, original) });
  }
  return lines;
}

/**
 * @param {Box} box
 * @param {FittedPhoto} fitted
 * @param {Photo} original
 * @returns {Box}
 */
function toOriginal([a, b, c, d], { scaleX, scaleY, band }, { width, height }) {
  /** @type {(corner: [number, number]) => [number, number]} */
  const move = ([x, y]) => [Math.min(x * scaleX, width), Math.min(Math.max((y - band) * scaleY, 0), height)];
  return [move(a), move(b), move(c), move(d)];
}
