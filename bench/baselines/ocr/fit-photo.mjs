// @ts-check
import { resizePhoto } from './resize.mjs';
import { roundHalfEven } from './round-half-even.mjs';

/** @typedef {import('./decode-photo.mjs').Photo} Photo */

/**
 * @typedef {object} FittedPhoto
 * @property {Photo} photo
 * @property {number} scaleX old pixels per new pixel
 * @property {number} scaleY
 * @property {number} band height of the black band above and below, in new pixels
 */

// Limits of the reference pipeline (RapidOCR's published configuration of the PP-OCR models).
const LONGEST_SIDE = 2000;
const SHORTEST_SIDE = 30;
const LOWEST_HEIGHT = 30;
const WIDEST_RATIO = 8;

/**
 * This brings a photo to a size the detector can read: not longer than 2000, not shorter than 30 pixels,
 * and with black bands where it is so wide or low that its text would touch the edges.
 * @param {Photo} photo
 * @returns {FittedPhoto}
 */
export function fitPhoto(photo) {
  const resized = enlarge(shrink(photo));
  const band = bandHeight(resized);
  return {
    photo: band > 0 ? addBands(resized, band) : resized,
    scaleX: photo.width / resized.width,
    scaleY: photo.height / resized.height,
    band,
  };
}

/** @param {Photo} photo */
function shrink(photo) {
  const longest = Math.max(photo.width, photo.height);
  return longest > LONGEST_SIDE ? scale(photo, LONGEST_SIDE / longest) : photo;
}

/** @param {Photo} photo */
function enlarge(photo) {
  const shortest = Math.min(photo.width, photo.height);
  return shortest < SHORTEST_SIDE ? scale(photo, SHORTEST_SIDE / shortest) : photo;
}

/**
 * @param {Photo} photo
 * @param {number} ratio
 */
function scale(photo, ratio) {
  return resizePhoto(photo, multipleOf32(photo.width * ratio), multipleOf32(photo.height * ratio));
}

/**
 * This rounds a side to what the detector needs: a multiple of 32, at least one.
 * @param {number} side
 */
export function multipleOf32(side) {
  return Math.max(roundHalfEven(Math.trunc(side) / 32), 1) * 32;
}

/** @param {Photo} photo */
function bandHeight({ width, height }) {
  if (height > LOWEST_HEIGHT && width / height <= WIDEST_RATIO) return 0;
  const wanted = Math.max(Math.trunc(width / WIDEST_RATIO), LOWEST_HEIGHT) * 2;
  return Math.trunc(Math.abs(wanted - height) / 2);
}

/**
 * @param {Photo} photo
 * @param {number} band
 * @returns {Photo}
 */
function addBands({ data, width, height }, band) {
  const padded = new Uint8Array((height + 2 * band) * width * 3);
  padded.set(data, band * width * 3);
  return { data: padded, width, height: height + 2 * band };
}
