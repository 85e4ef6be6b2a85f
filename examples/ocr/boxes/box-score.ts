import { type Box, mapCorners, type Point, sidesOf } from './box.ts';
import type { ProbabilityMap } from './probability-map.ts';

type Side = readonly [Point, Point];

/** The mean of a map inside a box, its outline included. Corners go to whole pixels by truncation. */
export function boxScore({ data, width, height }: ProbabilityMap, box: Box): number {
  const corners = mapCorners(box, ([x, y]) => [clampInt(x, width), clampInt(y, height)]);
  const sides = sidesOf(corners);
  const top = Math.min(...corners.map(([, y]) => y));
  const bottom = Math.max(...corners.map(([, y]) => y));
  let sum = 0;
  let pixels = 0;
  for (let row = top; row <= bottom; row++) {
    const [left, right] = spanOf(sides, row);
    for (let at = row * width + left; at <= row * width + right; at++) sum += data[at] as number;
    pixels += right - left + 1;
  }
  return sum / pixels;
}

function clampInt(value: number, size: number): number {
  return Math.min(Math.max(Math.trunc(value), 0), size - 1);
}

/** The first and the last pixel of a convex outline in one row. */
function spanOf(sides: readonly Side[], row: number): Point {
  let left = Infinity;
  let right = -Infinity;
  for (const side of sides) {
    const [[, y], [, nextY]] = side;
    if (row < Math.min(y, nextY) || row > Math.max(y, nextY)) continue;
    const [first, last] = crossing(side, row);
    left = Math.min(left, first);
    right = Math.max(right, last);
  }
  return [Math.round(left), Math.round(right)];
}

/** A side covers what it crosses within half a pixel of the row's middle, and no more than its own length. */
function crossing([[x, y], [nextX, nextY]]: Side, row: number): Point {
  const [low, high] = [Math.min(x, nextX), Math.max(x, nextX)];
  if (y === nextY) return [low, high];
  const slope = (nextX - x) / (nextY - y);
  const half = Math.abs(slope) > 1 ? Math.abs(slope) / 2 : 0;
  const middle = x + (row - y) * slope;
  return [Math.max(low, middle - half), Math.min(high, middle + half)];
}
