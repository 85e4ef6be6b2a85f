/**
 * Finds the corners of the convex hull, without points on its sides, in one turning direction.
 * Points come and go as flat lists x, y, x, y …
 * Source: Andrew's monotone chain (1979).
 */
export function convexHull(points: readonly number[]): readonly number[] {
  const order: number[] = [];
  for (let index = 0; index < points.length; index += 2) order.push(index);
  order.sort((a, b) => yOf(points, a) - yOf(points, b) || xOf(points, a) - xOf(points, b));
  const forth = chain(points, order);
  const back = chain(points, order.reverse());
  return [...forth.slice(0, -2), ...back.slice(0, -2)];
}

function chain(points: readonly number[], order: readonly number[]): readonly number[] {
  const hull: number[] = [];
  for (const index of order) {
    const [x, y] = [xOf(points, index), yOf(points, index)];
    while (hull.length >= 4 && turn(hull, x, y) <= 0) hull.length -= 2;
    hull.push(x, y);
  }
  return hull;
}

/** Above 0 where the way from the hull's last side to x, y turns as the hull does. */
function turn(hull: readonly number[], x: number, y: number): number {
  const last = hull.length - 2;
  const [beforeX, beforeY] = [xOf(hull, last - 2), yOf(hull, last - 2)];
  const [lastX, lastY] = [xOf(hull, last), yOf(hull, last)];
  return (lastX - beforeX) * (y - beforeY) - (lastY - beforeY) * (x - beforeX);
}

function xOf(points: readonly number[], index: number): number {
  return points[index] as number;
}

function yOf(points: readonly number[], index: number): number {
  return points[index + 1] as number;
}
