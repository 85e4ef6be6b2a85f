import { type Box, orderCorners, type Point } from './box.ts';
import { convexHull } from './convex-hull.ts';

interface Rectangle {
  readonly box: Box;
  readonly area: number;
  readonly shorterSide: number;
}

/**
 * Finds the smallest rectangle around points (x, y, x, y …), turned as needed; one of its sides lies on a side of
 * the hull (Freeman and Shapira, 1975), so each side of the hull is tried.
 */
export function minAreaRectangle(points: readonly number[]): Rectangle {
  const hull = convexHull(points);
  const corners = hull.length < 4 ? [...hull, ...points.slice(0, 2), ...points.slice(0, 2)] : hull;
  let best = rectangleAlong(corners, 0);
  for (let side = 2; side < corners.length; side += 2) {
    const rectangle = rectangleAlong(corners, side);
    if (rectangle.area < best.area) best = rectangle;
  }
  return { ...best, box: orderCorners(best.box) };
}

/** The smallest rectangle around a hull that has one side along the hull's side from the corner at `side`. */
function rectangleAlong(hull: readonly number[], side: number): Rectangle {
  const [cos, sin] = direction(hull, side);
  let [minAlong, maxAlong, minAcross, maxAcross] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < hull.length; at += 2) {
    const [x, y] = [hull[at] as number, hull[at + 1] as number];
    const [along, across] = [x * cos + y * sin, y * cos - x * sin];
    minAlong = Math.min(minAlong, along);
    maxAlong = Math.max(maxAlong, along);
    minAcross = Math.min(minAcross, across);
    maxAcross = Math.max(maxAcross, across);
  }
  const corner = (along: number, across: number): Point => [along * cos - across * sin, along * sin + across * cos];
  const [length, breadth] = [maxAlong - minAlong, maxAcross - minAcross];
  return {
    area: length * breadth,
    shorterSide: Math.min(length, breadth),
    box: [corner(minAlong, minAcross), corner(maxAlong, minAcross), corner(maxAlong, maxAcross), corner(minAlong, maxAcross)],
  };
}

/** Cosine and sine of the direction of a hull's side. */
function direction(hull: readonly number[], side: number): Point {
  const next = (side + 2) % hull.length;
  const dx = (hull[next] as number) - (hull[side] as number);
  const dy = (hull[next + 1] as number) - (hull[side + 1] as number);
  const length = Math.hypot(dx, dy);
  return length > 0 ? [dx / length, dy / length] : [1, 0];
}
