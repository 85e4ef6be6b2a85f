import { expect, it } from 'vitest';
import type { Box } from './box.ts';
import { readingOrder } from './reading-order.ts';

const boxAt = (x: number, y: number): Box => [
  [x, y],
  [x + 50, y],
  [x + 50, y + 8],
  [x, y + 8],
];
const placesOf = (boxes: readonly Box[]) => readingOrder(boxes).map(([[x, y]]) => [x, y]);

it('reads rows from the top down and each from left to right', () => {
  expect(placesOf([boxAt(200, 40), boxAt(0, 42), boxAt(0, 0)])).toEqual([
    [0, 0],
    [0, 42],
    [200, 40],
  ]);
});

it('takes boxes within 10 pixels of height for one row, and no others', () => {
  expect(placesOf([boxAt(100, 0), boxAt(0, 9)])).toEqual([
    [0, 9],
    [100, 0],
  ]);
  expect(placesOf([boxAt(100, 0), boxAt(0, 10)])).toEqual([
    [100, 0],
    [0, 10],
  ]);
});

it('leaves the order that it is given alone', () => {
  const given = [boxAt(0, 40), boxAt(0, 0)];
  readingOrder(given);
  expect(given).toEqual([boxAt(0, 40), boxAt(0, 0)]);
});
