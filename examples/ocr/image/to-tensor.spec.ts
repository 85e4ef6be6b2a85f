import { expect, it } from 'vitest';
import { createPicture } from './picture.ts';
import { toTensor } from './to-tensor.ts';

const orange = createPicture(1, 1, Uint8Array.of(255, 127.5, 0));

it('puts blue, green and red into planes from -1 to 1', () => {
  const { shape, data } = toTensor(orange, 1, 1, 1);
  expect(shape).toEqual([3, 1, 1]);
  expect([...data].map((value) => Math.round(value))).toEqual([-1, -0, 1]);
});

it('pads on the right with 0, which is mid grey', () => {
  const { shape, data } = toTensor(orange, 2, 2, 3);
  expect(shape).toEqual([3, 2, 3]);
  expect([...data.subarray(0, 6)]).toEqual([-1, -1, 0, -1, -1, 0]);
});
