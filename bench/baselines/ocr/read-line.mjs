// @ts-check
import { isUpsideDown } from './orient.mjs';
import { recognize } from './recognize.mjs';
import { halfTurn } from './turn.mjs';

/**
 * @typedef {import('./ctc.mjs').Reading} Reading
 * @typedef {import('./decode-photo.mjs').Photo} Photo
 * @typedef {import('./models.mjs').Models} Models
 */

/**
 * Below this confidence a line may be upside down. Of 996 lines of photos, turned by hand, 6 were read as confidently
 * as this (symmetric ones, as 9.90 and 066); 0.8 would miss 23, and 0.95 would still miss 3 but ask the classifier about
 * 41 % of all lines instead of 23 %. The classifier alone is no better guide: it would turn 28 of the 996 upright ones.
 */
const LOW_CONFIDENCE = 0.9;

/**
 * This reads one line; only when the answer is doubtful it asks whether the line is upside down,
 * reads it the other way round, and keeps the better answer.
 * @param {Models} models
 * @param {Photo} line
 * @param {(length: number) => Float32Array} scratch
 * @returns {Promise<Reading>}
 */
export async function readLine(models, line, scratch) {
  const reading = await recognize(models, line, scratch);
  if (reading.confidence >= LOW_CONFIDENCE) return reading;
  if (!(await isUpsideDown(models.orientation, line, scratch))) return reading;
  const turned = await recognize(models, halfTurn(line), scratch);
  return turned.confidence > reading.confidence ? turned : reading;
}
