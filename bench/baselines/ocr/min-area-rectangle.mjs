// @ts-check
import { convexHull } from './convex-hull.mjs';

/**
 * @typedef {[number, number]} Point
 * @typedef {[Point, Point, Point, Point]} Box top left, top right, bottom right, bottom left
 */

/**
 * This gives the smallest rectangle around points, turned as needed; one of its sides lies on a side of the hull
 * (Freeman and Shapira, 1975), so each side of the hull is tried.
 * @param {readonly number[]} points x, y, x, y …
 * @returns {{ box: Box, shorterSide: number }}
 */
export function minAreaRectangle(points) {
  const hull = convexHull(points);
  if (hull.length < 4) hull.push(points[0], points[1], points[0], points[1]);
  let best = { area: Infinity, box: /** @type {Point[]} */ ([]), shorterSide: 0 };
  for (let index = 0; index < hull.length; index += 2) {
    const next = (index + 2) % hull.length;
    const dx = hull[next] - hull[index];
    const dy = hull[next + 1] - hull[index + 1];
    const length = Math.hypot(dx, dy);
    const rectangle = length > 0 ? rectangleAlong(hull, dx / length, dy / length) : rectangleAlong(hull, 1, 0);
    if (rectangle.area < best.area) best = rectangle;
  }
  return { box: orderCorners(best.box), shorterSide: best.shorterSide };
}

/**
 * @param {readonly number[]} hull
 * @param {number} cos of the direction of one side
 * @param {number} sin
 */
function rectangleAlong(hull, cos, sin) {
  let [minAlong, maxAlong, minAcross, maxAcross] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let index = 0; index < hull.length; index += 2) {
    const along = hull[index] * cos + hull[index + 1] * sin;
    const across = hull[index + 1] * cos - hull[index] * sin;
    minAlong = Math.min(minAlong, along);
    maxAlong = Math.max(maxAlong, along);
    minAcross = Math.min(minAcross, across);
    maxAcross = Math.max(maxAcross, across);
  }
  /** @type {(along: number, across: number) => Point} */
  const corner = (along, across) => [along * cos - across * sin, along * sin + across * cos];
  return {
    area: (maxAlong - minAlong) * (maxAcross - minAcross),
    shorterSide: Math.min(maxAlong - minAlong, maxAcross - minAcross),
    box: [corner(minAlong, minAcross), corner(maxAlong, minAcross), corner(maxAlong, maxAcross), corner(minAlong, maxAcross)],
  };
}

/**
 * This puts corners in reading order: of the two leftmost the higher is top left, of the two rightmost top right.
 * @param {readonly Point[]} corners
 * @returns {Box}
 */
export function orderCorners(corners) {
  const [a, b, c, d] = /** @type {Box} */ ([...corners].sort((p, q) => p[0] - q[0]));
  const [topLeft, bottomLeft] = a[1] <= b[1] ? [a, b] : [b, a];
  const [topRight, bottomRight] = c[1] <= d[1] ? [c, d] : [d, c];
  return [topLeft, topRight, bottomRight, bottomLeft];
}
