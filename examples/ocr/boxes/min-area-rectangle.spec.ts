import { expect, it } from 'vitest';
import { minAreaRectangle } from './min-area-rectangle.ts';

it('finds an upright rectangle whatever lies inside', () => {
  const { box, shorterSide } = minAreaRectangle([0, 0, 4, 0, 2, 1, 4, 2, 0, 2]);
  expect(box).toEqual([
    [0, 0],
    [4, 0],
    [4, 2],
    [0, 2],
  ]);
  expect(shorterSide).toBe(2);
});

it('turns the rectangle as the points lie', () => {
  const { box, area } = minAreaRectangle([0, 4, 4, 0, 6, 2, 2, 6]);
  expect(area).toBeCloseTo(16);
  expect(box.map((corner) => corner.map(Math.round))).toEqual([
    [0, 4],
    [4, 0],
    [6, 2],
    [2, 6],
  ]);
});

it('gives a single point no size', () => {
  expect(minAreaRectangle([3, 5])).toMatchObject({ area: 0, shorterSide: 0 });
});
