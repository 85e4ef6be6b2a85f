// @ts-check

/** @typedef {import('./min-area-rectangle.mjs').Box} Box */

/**
 * This gives the mean of a map inside a box, its outline included. Corners go to whole pixels by truncation.
 * @param {Float32Array} map
 * @param {number} width
 * @param {number} height
 * @param {Box} box
 * @returns {number}
 */
export function boxScore(map, width, height, box) {
  const corners = box.map(([x, y]) => [clampInt(x, width), clampInt(y, height)]);
  const top = Math.min(...corners.map(([, y]) => y));
  const bottom = Math.max(...corners.map(([, y]) => y));
  let sum = 0;
  let pixels = 0;
  for (let row = top; row <= bottom; row++) {
    const [left, right] = span(corners, row);
    for (let at = row * width + left; at <= row * width + right; at++) sum += map[at];
    pixels += right - left + 1;
  }
  return sum / pixels;
}

/**
 * @param {number} value
 * @param {number} size
 */
function clampInt(value, size) {
  return Math.min(Math.max(Math.trunc(value), 0), size - 1);
}

/**
 * The pixels of a convex outline in one row: a side covers what it crosses within half a pixel of the row's middle.
 * @param {readonly number[][]} corners
 * @param {number} row
 * @returns {[number, number]}
 */
function span(corners, row) {
  let left = Infinity;
  let right = -Infinity;
  for (let corner = 0; corner < 4; corner++) {
    const [x, y] = corners[corner];
    const [nextX, nextY] = corners[(corner + 1) % 4];
    if (row < Math.min(y, nextY) || row > Math.max(y, nextY)) continue;
    const slope = nextY === y ? 0 : (nextX - x) / (nextY - y);
    const half = Math.abs(slope) > 1 ? Math.abs(slope) / 2 : 0;
    const middle = x + (row - y) * slope;
    const ends = y === nextY ? [x, nextX] : [middle - half, middle + half];
    const [low, high] = [Math.min(x, nextX), Math.max(x, nextX)];
    left = Math.min(left, Math.max(low, Math.min(...ends)));
    right = Math.max(right, Math.min(high, Math.max(...ends)));
  }
  return [Math.round(left), Math.round(right)];
}
