// @ts-check

/** @typedef {import('./min-area-rectangle.mjs').Box} Box */

/** Boxes whose top left corners differ by less in height are one row. The reference pipeline's value. */
const ROW_HEIGHT = 10;

/**
 * This orders boxes from the top down and, within a row, from left to right.
 * "Same row" is not transitive on a slanted page, so a sort by row would be ill-defined:
 * each box moves left past its neighbours of the same row, as in the reference pipeline.
 * @param {readonly Box[]} boxes
 * @returns {Box[]}
 */
export function readingOrder(boxes) {
  const ordered = [...boxes].sort(([a], [b]) => a[1] - b[1] || a[0] - b[0]);
  for (let placed = 1; placed < ordered.length; placed++) {
    for (let at = placed; at > 0 && belongsBefore(ordered[at], ordered[at - 1]); at--) {
      [ordered[at - 1], ordered[at]] = [ordered[at], ordered[at - 1]];
    }
  }
  return ordered;
}

/**
 * @param {Box} box
 * @param {Box} neighbour
 */
function belongsBefore([box], [neighbour]) {
  return Math.abs(box[1] - neighbour[1]) < ROW_HEIGHT && box[0] < neighbour[0];
}
