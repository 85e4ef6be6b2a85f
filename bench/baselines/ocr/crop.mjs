// @ts-check
import { quarterTurn } from './turn.mjs';

/**
 * @typedef {import('./decode-photo.mjs').Photo} Photo
 * @typedef {import('./min-area-rectangle.mjs').Box} Box
 */

/** From this height per width a line is taken to run downwards. PaddleOCR's value. */
const TALL = 1.5;

/**
 * This cuts a line out of a photo and straightens it. A tall one is turned a quarter counter-clockwise.
 * @param {Photo} photo
 * @param {Box} box
 * @returns {Photo}
 */
export function crop(photo, box) {
  const [topLeft, topRight, bottomRight, bottomLeft] = box;
  const width = Math.trunc(Math.max(distance(topLeft, topRight), distance(bottomRight, bottomLeft)));
  const height = Math.trunc(Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight)));
  const line = isUpright(box) ? cut(photo, box, width, height) : straighten(photo, box, width, height);
  return height / width >= TALL ? quarterTurn(line) : line;
}

/**
 * @param {readonly number[]} from
 * @param {readonly number[]} to
 */
function distance(from, to) {
  return Math.hypot(to[0] - from[0], to[1] - from[1]);
}

/** @param {Box} box */
function isUpright([topLeft, topRight, bottomRight, bottomLeft]) {
  const isLevel = topLeft[1] === topRight[1] && bottomLeft[1] === bottomRight[1];
  return isLevel && topLeft[0] === bottomLeft[0] && topRight[0] === bottomRight[0];
}

/**
 * Most lines: corners are whole pixels, so an upright box needs no resampling.
 * @param {Photo} photo
 * @param {Box} box
 * @param {number} width
 * @param {number} height
 * @returns {Photo}
 */
function cut(photo, [[left, top]], width, height) {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * photo.width + left) * 3;
    data.set(photo.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { data, width, height };
}

/**
 * @param {Photo} photo
 * @param {Box} box
 * @param {number} width
 * @param {number} height
 * @returns {Photo}
 */
function straighten(photo, box, width, height) {
  const [a, b, c, d, e, f, g, h] = perspective(box);
  const data = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    const v = y / height;
    for (let x = 0; x < width; x++, to += 3) {
      const u = x / width;
      const depth = 1 / (g * u + h * v + 1);
      sample(photo, (a * u + b * v + c) * depth, (d * u + e * v + f) * depth, data, to);
    }
  }
  return { data: new Uint8Array(data.buffer), width, height };
}

/**
 * The map from the unit square to a box. Source: Heckbert, Fundamentals of Texture Mapping (1989), 2.2.3.
 * @param {Box} box
 * @returns {[number, number, number, number, number, number, number, number]}
 */
function perspective([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]) {
  const [dx1, dx2, dx3] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, dy3] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (dx3 * dy2 - dx2 * dy3) / determinant;
  const h = (dx1 * dy3 - dx3 * dy1) / determinant;
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h];
}

/**
 * The four weights of bicubic interpolation (a = −0.75) at each 1/32 pixel, as OpenCV has them.
 * Source: Keys, Cubic Convolution Interpolation (1981).
 */
const cubic = Float64Array.from({ length: 32 * 4 }, (_, index) => {
  const distance = Math.abs((index >> 2) / 32 + 1 - (index & 3));
  if (distance <= 1) return (1.25 * distance - 2.25) * distance * distance + 1;
  return ((-0.75 * distance + 3.75) * distance - 6) * distance + 3;
});

/**
 * This writes the colour of a photo between its pixels; beyond its edges they repeat.
 * @param {Photo} photo
 * @param {number} x
 * @param {number} y
 * @param {Uint8ClampedArray} target
 * @param {number} to
 */
function sample({ data, width, height }, x, y, target, to) {
  const x32 = Math.round(x * 32);
  const y32 = Math.round(y * 32);
  const left = (x32 >> 5) - 1;
  const top = (y32 >> 5) - 1;
  const wx = (x32 & 31) << 2;
  const wy = (y32 & 31) << 2;
  const [w0, w1, w2, w3] = [cubic[wx], cubic[wx + 1], cubic[wx + 2], cubic[wx + 3]];
  const right = width - 1;
  const c0 = Math.max(0, Math.min(left, right)) * 3;
  const c1 = Math.max(0, Math.min(left + 1, right)) * 3;
  const c2 = Math.max(0, Math.min(left + 2, right)) * 3;
  const c3 = Math.max(0, Math.min(left + 3, right)) * 3;
  let [red, green, blue] = [0, 0, 0];
  for (let tap = 0; tap < 4; tap++) {
    const row = Math.max(0, Math.min(top + tap, height - 1)) * width * 3;
    const [p0, p1, p2, p3] = [row + c0, row + c1, row + c2, row + c3];
    const weight = cubic[wy + tap];
    red += weight * (w0 * data[p0] + w1 * data[p1] + w2 * data[p2] + w3 * data[p3]);
    green += weight * (w0 * data[p0 + 1] + w1 * data[p1 + 1] + w2 * data[p2 + 1] + w3 * data[p3 + 1]);
    blue += weight * (w0 * data[p0 + 2] + w1 * data[p1 + 2] + w2 * data[p2 + 2] + w3 * data[p3 + 2]);
  }
  target[to] = red;
  target[to + 1] = green;
  target[to + 2] = blue;
}
