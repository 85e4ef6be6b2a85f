// @ts-check
import { boxScore } from './box-score.mjs';
import { components } from './components.mjs';
import { growBox } from './grow-box.mjs';
import { minAreaRectangle, orderCorners } from './min-area-rectangle.mjs';
import { roundHalfEven } from './round-half-even.mjs';
import { textBitmap } from './text-bitmap.mjs';

/**
 * @typedef {import('./decode-photo.mjs').Photo} Photo
 * @typedef {import('./min-area-rectangle.mjs').Box} Box
 */

// Limits of the reference pipeline, in pixels of the map before growing, after it, and in pixels of the photo.
const SHORTEST_BEFORE = 3;
const SHORTEST_AFTER = 5;
const SHORTEST_IN_PHOTO = 4;
const LEAST_SCORE = 0.5;

/**
 * This turns the detector's map into boxes around lines, in whole pixels of the photo and in no order.
 * Source: Differentiable Binarization (arXiv 1911.08947) with PaddleOCR's constants.
 * @param {Float32Array} map
 * @param {number} width of the map
 * @param {number} height of the map
 * @param {Photo} photo
 * @returns {Box[]}
 */
export function boxesFromMap(map, width, height, photo) {
  const scaleX = photo.width / width;
  const scaleY = photo.height / height;
  return components(textBitmap(map, width), width, height)
    .map((part) => boxOfPart(part, map, width, height))
    .filter((box) => box !== null)
    .map((box) => toPhoto(box, scaleX, scaleY, photo))
    .filter(isLargeEnough);
}

/**
 * @param {readonly number[]} part
 * @param {Float32Array} map
 * @param {number} width
 * @param {number} height
 */
function boxOfPart(part, map, width, height) {
  const tight = minAreaRectangle(part);
  if (tight.shorterSide < SHORTEST_BEFORE) return null;
  if (boxScore(map, width, height, tight.box) < LEAST_SCORE) return null;
  const grown = minAreaRectangle(growBox(tight.box));
  return grown.shorterSide < SHORTEST_AFTER ? null : grown.box;
}

/**
 * @param {Box} box
 * @param {number} scaleX
 * @param {number} scaleY
 * @param {Photo} photo
 */
function toPhoto(box, scaleX, scaleY, { width, height }) {
  const corners = box.map(([x, y]) => /** @type {[number, number]} */ ([clip(x * scaleX, width), clip(y * scaleY, height)]));
  return orderCorners(corners);
}

/**
 * @param {number} value
 * @param {number} size
 */
function clip(value, size) {
  return Math.min(Math.max(roundHalfEven(value), 0), size - 1);
}

/** @param {Box} box */
function isLargeEnough([topLeft, topRight, , bottomLeft]) {
  const width = Math.hypot(topRight[0] - topLeft[0], topRight[1] - topLeft[1]);
  const height = Math.hypot(bottomLeft[0] - topLeft[0], bottomLeft[1] - topLeft[1]);
  return width >= SHORTEST_IN_PHOTO && height >= SHORTEST_IN_PHOTO;
}
