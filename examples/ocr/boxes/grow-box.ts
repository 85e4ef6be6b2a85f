import { type Box, distance, mapCorners, type Point, sidesOf } from './box.ts';

/** How far a box grows, in units of area / perimeter: the detector is trained on shrunken text. PaddleOCR's value. */
const GROWTH = 1.6;

/**
 * Moves the sides of a box outwards, rounds its corners, and gives points of the outline: x, y, x, y …
 * Corners go to whole pixels first and the outline after, as in the reference system, where a polygon clipper that
 * works on integers does this.
 */
export function growBox(box: Box): readonly number[] {
  const growth = (area(box) * GROWTH) / perimeter(box);
  const [a, b, c, d] = mapCorners(box, ([x, y]) => [Math.trunc(x), Math.trunc(y)]);
  return [...arc(d, a, b, growth), ...arc(a, b, c, growth), ...arc(b, c, d, growth), ...arc(c, d, a, growth)];
}

/** Points around a corner, from outside the side that comes before it to outside the side after. */
function arc(before: Point, [x, y]: Point, after: Point, radius: number): readonly number[] {
  const stepsPerTurn = arcSteps(radius);
  const from = outwards(before, [x, y]);
  const turn = outwards([x, y], after) - from;
  const whole = Math.atan2(Math.sin(turn), Math.cos(turn));
  const steps = Math.max(Math.round((stepsPerTurn * Math.abs(whole)) / (2 * Math.PI)), 1);
  const points: number[] = [];
  for (let step = 0; step <= steps; step++) {
    const angle = step === steps ? from + whole : from + (step / stepsPerTurn) * 2 * Math.PI * Math.sign(whole);
    points.push(Math.round(x + radius * Math.cos(angle)), Math.round(y + radius * Math.sin(angle)));
  }
  return points;
}

/** Arcs have the polygon clipper's default precision, a quarter of a pixel. */
function arcSteps(radius: number): number {
  return Math.min(Math.PI / Math.acos(1 - Math.min(0.25, radius / 4) / radius), radius * Math.PI);
}

/** The angle that points away from the box at one side. */
function outwards([fromX, fromY]: Point, [toX, toY]: Point): number {
  return Math.atan2(fromX - toX, toY - fromY);
}

function area(box: Box): number {
  return Math.abs(sidesOf(box).reduce((sum, [[x, y], [nextX, nextY]]) => sum + x * nextY - nextX * y, 0)) / 2;
}

function perimeter(box: Box): number {
  return sidesOf(box).reduce((sum, [from, to]) => sum + distance(from, to), 0);
}
