import { expect, it } from 'vitest';
import { toPlanes } from './to-planes.ts';

const levels = { mean: [100, 100, 100], deviation: [10, 20, 100] } as const;

it('puts red, green and blue into planes, in deviations from the mean', () => {
  const picture = Uint8Array.of(100, 120, 200, 110, 100, 100, 120, 100, 100, 130, 100, 0);
  const { shape, data } = toPlanes(picture, 2, levels);
  expect(shape).toEqual([3, 2, 2]);
  expect([...data]).toEqual([0, 1, 2, 3, 1, 0, 0, 0, 1, 0, 0, -1]);
});
