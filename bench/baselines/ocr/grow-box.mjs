// @ts-check

/** @typedef {import('./min-area-rectangle.mjs').Box} Box */

/** How far a box grows, in units of area / perimeter: the detector is trained on shrunken text. PaddleOCR's value. */
const GROWTH = 1.6;

/**
 * This moves the sides of a box outwards and rounds its corners, and gives points of the outline.
 * Corners go to whole pixels first and the outline after, as in the reference pipeline, where a polygon clipper
 * that works on integers does this. Arcs have the clipper's default precision, a quarter of a pixel.
 * @param {Box} box
 * @returns {number[]} x, y, x, y …
 */
export function growBox(box) {
  const distance = (area(box) * GROWTH) / perimeter(box);
  const stepsPerTurn = Math.min(Math.PI / Math.acos(1 - Math.min(0.25, distance / 4) / distance), distance * Math.PI);
  const whole = box.map(([x, y]) => [Math.trunc(x), Math.trunc(y)]);
  /** @type {number[]} */
  const outline = [];
  for (let corner = 0; corner < 4; corner++) {
    const [x, y] = whole[corner];
    const from = outwards(whole[(corner + 3) % 4], whole[corner]);
    const turn = outwards(whole[corner], whole[(corner + 1) % 4]) - from;
    const arc = Math.atan2(Math.sin(turn), Math.cos(turn));
    const steps = Math.max(Math.round((stepsPerTurn * Math.abs(arc)) / (2 * Math.PI)), 1);
    for (let step = 0; step <= steps; step++) {
      const angle = step === steps ? from + arc : from + (step / stepsPerTurn) * 2 * Math.PI * Math.sign(arc);
      outline.push(Math.round(x + distance * Math.cos(angle)), Math.round(y + distance * Math.sin(angle)));
    }
  }
  return outline;
}

/**
 * @param {readonly number[]} from
 * @param {readonly number[]} to
 */
function outwards(from, to) {
  return Math.atan2(from[0] - to[0], to[1] - from[1]);
}

/** @param {Box} box */
function area(box) {
  const doubled = box.reduce((sum, [x, y], corner) => {
    const [nextX, nextY] = box[(corner + 1) % 4];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(doubled) / 2;
}

/** @param {Box} box */
function perimeter(box) {
  return box.reduce((sum, [x, y], corner) => {
    const [nextX, nextY] = box[(corner + 1) % 4];
    return sum + Math.hypot(nextX - x, nextY - y);
  }, 0);
}
