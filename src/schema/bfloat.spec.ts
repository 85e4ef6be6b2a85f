import { describe, expect, it } from 'vitest';
import { fromBfloat, toBfloat } from './bfloat.ts';

describe('bfloat16', () => {
  it('comes back the same for every bit pattern that is a number', () => {
    for (let bits = 0; bits < 2 ** 16; bits++) {
      if ((bits & 0x7fff) > 0x7f80) expect(fromBfloat(bits)).toBeNaN();
      else if (toBfloat(fromBfloat(bits)) !== bits) expect.unreachable(`0x${bits.toString(16)} came back otherwise`);
    }
  });

  it.each([
    ['one', 1, 0x3f80],
    ['a negative zero', -0, 0x8000],
    ['π, rounded down', Math.PI, 0x4049],
    ['half way, to the even one below', 1 + 2 ** -8, 0x3f80],
    ['half way, to the even one above', 1 + 3 * 2 ** -8, 0x3f82],
    ['just above half way', 1 + 2 ** -8 + 2 ** -20, 0x3f81],
    ['the largest of single precision, which rounds to infinity', 3.4028234663852886e38, 0x7f80],
    ['NaN', Number.NaN, 0x7fc0],
    ['-infinity', Number.NEGATIVE_INFINITY, 0xff80],
  ])('of %s', (_, value, bits) => expect(toBfloat(value)).toBe(bits));

  it('is the upper half of single precision', () => {
    expect(fromBfloat(0x4049)).toBe(3.140625);
    expect(fromBfloat(0xff80)).toBe(Number.NEGATIVE_INFINITY);
  });
});
