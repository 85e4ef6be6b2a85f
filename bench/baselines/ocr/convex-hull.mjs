// @ts-check

/**
 * This gives the corners of the convex hull, without points on its sides.
 * Source: Andrew's monotone chain (1979).
 * @param {readonly number[]} points x, y, x, y …
 * @returns {number[]} x, y, x, y … in one turning direction
 */
export function convexHull(points) {
  const order = [];
  for (let index = 0; index < points.length; index += 2) order.push(index);
  order.sort((a, b) => points[a + 1] - points[b + 1] || points[a] - points[b]);
  const forth = chain(points, order);
  const back = chain(points, order.reverse());
  return [...forth.slice(0, -2), ...back.slice(0, -2)];
}

/**
 * @param {readonly number[]} points
 * @param {readonly number[]} order
 */
function chain(points, order) {
  /** @type {number[]} */
  const hull = [];
  for (const index of order) {
    while (hull.length >= 4 && turn(hull, points[index], points[index + 1]) <= 0) hull.length -= 2;
    hull.push(points[index], points[index + 1]);
  }
  return hull;
}

/**
 * @param {readonly number[]} hull
 * @param {number} x
 * @param {number} y
 */
function turn(hull, x, y) {
  const end = hull.length;
  const [beforeX, beforeY, lastX, lastY] = [hull[end - 4], hull[end - 3], hull[end - 2], hull[end - 1]];
  return (lastX - beforeX) * (y - beforeY) - (lastY - beforeY) * (x - beforeX);
}
