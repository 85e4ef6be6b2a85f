import type { Box } from '../boxes/box.ts';

/** Coefficients a to h of u, v → (a·u + b·v + c, d·u + e·v + f) / (g·u + h·v + 1). */
export type Perspective = readonly [number, number, number, number, number, number, number, number];

/** The map from the unit square to a box. Source: Heckbert, Fundamentals of Texture Mapping (1989), 2.2.3. */
export function perspectiveTo([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Box): Perspective {
  const [dx1, dx2, dx3] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, dy3] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (dx3 * dy2 - dx2 * dy3) / determinant;
  const h = (dx1 * dy3 - dx3 * dy1) / determinant;
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h];
}
