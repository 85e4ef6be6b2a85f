import { describe, expect, it } from 'vitest';
import { percentile } from './percentile.ts';

const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

describe('percentile', () => {
  it.each([
    [0, 1],
    [1, 1],
    [50, 50],
    [50.5, 51],
    [99, 99],
    [99.9, 100],
    [100, 100],
  ])('of 1 to 100 at %d percent is %d', (percent, value) => expect(percentile(hundred, percent)).toBe(value));

  it('of one value is that value', () => expect([0, 50, 100].map((percent) => percentile([7], percent))).toEqual([7, 7, 7]));
  it('of two values is the lower one up to the half', () => expect([50, 51].map((percent) => percentile([1, 2], percent))).toEqual([1, 2]));
  it('of no values is no number', () => expect(percentile([], 50)).toBeNaN());
});
