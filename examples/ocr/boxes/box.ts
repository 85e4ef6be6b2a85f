/** x and y, in pixels. */
export type Point = readonly [number, number];

/** The corners of a rectangle, turned as it may be: top left, top right, bottom right, bottom left. */
export type Box = readonly [Point, Point, Point, Point];

/** The four sides of a box, each from one corner to the next. */
export function sidesOf([a, b, c, d]: Box): readonly (readonly [Point, Point])[] {
  return [
    [a, b],
    [b, c],
    [c, d],
    [d, a],
  ];
}

/** Moves each corner. */
export function mapCorners([a, b, c, d]: Box, move: (corner: Point) => Point): Box {
  return [move(a), move(b), move(c), move(d)];
}

/** How far apart two corners are. */
export function distance([fromX, fromY]: Point, [toX, toY]: Point): number {
  return Math.hypot(toX - fromX, toY - fromY);
}

/** Puts corners in order: of the two leftmost the higher is top left, of the two rightmost the higher is top right. */
export function orderCorners(corners: Box): Box {
  const [a, b, c, d] = corners.toSorted(byX) as unknown as Box; // Sorting forgets that there are four.
  const [topLeft, bottomLeft] = a[1] <= b[1] ? [a, b] : [b, a];
  const [topRight, bottomRight] = c[1] <= d[1] ? [c, d] : [d, c];
  return [topLeft, topRight, bottomRight, bottomLeft];
}

function byX([x]: Point, [otherX]: Point): number {
  return x - otherX;
}
