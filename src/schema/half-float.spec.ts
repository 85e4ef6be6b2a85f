import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from './half-float.ts';

describe('half precision', () => {
  it('comes back the same for every bit pattern that is a number', () => {
    for (let bits = 0; bits < 2 ** 16; bits++) {
      if ((bits & 0x7fff) > 0x7c00) expect(fromHalf(bits)).toBeNaN();
      else if (toHalf(fromHalf(bits)) !== bits)
        expect.unreachable(`0x${bits.toString(16)} came back as 0x${toHalf(fromHalf(bits)).toString(16)}`);
    }
  });

  it.each([
    [0, 0],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [65_519, 0x7bff],
    [65_520, 0x7c00],
    [1e10, 0x7c00],
    [-1e10, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1.1 * 2 ** -25, 0x0001],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NaN, 0x7e00],
  ])('writes %d as the nearest', (value, bits) => {
    expect(toHalf(value)).toBe(bits);
  });

  it('rounds ties to even', () => {
    expect(toHalf(1 + 2 ** -11)).toBe(0x3c00);
    expect(toHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
  });
});
