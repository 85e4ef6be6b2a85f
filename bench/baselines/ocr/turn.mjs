// @ts-check

/** @typedef {import('./decode-photo.mjs').Photo} Photo */

/**
 * This turns a picture a quarter counter-clockwise.
 * @param {Photo} photo
 * @returns {Photo}
 */
export function quarterTurn({ data, width, height }) {
  const turned = new Uint8Array(data.length);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++, from += 3) copyPixel(data, from, turned, ((width - 1 - x) * height + y) * 3);
  }
  return { data: turned, width: height, height: width };
}

/**
 * This turns a picture upside down.
 * @param {Photo} photo
 * @returns {Photo}
 */
export function halfTurn({ data, width, height }) {
  const turned = new Uint8Array(data.length);
  for (let from = 0; from < data.length; from += 3) copyPixel(data, from, turned, data.length - 3 - from);
  return { data: turned, width, height };
}

/**
 * @param {Uint8Array} source
 * @param {number} from
 * @param {Uint8Array} target
 * @param {number} to
 */
function copyPixel(source, from, target, to) {
  target[to] = source[from];
  target[to + 1] = source[from + 1];
  target[to + 2] = source[from + 2];
}
