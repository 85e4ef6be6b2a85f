import { describe, expect, it } from 'vitest';
import { greatest, trailingMaximum, withNumber } from './trailing-maximum.ts';

const of = (numbers: readonly (readonly [atMs: number, value: number])[]): number =>
  greatest(numbers.reduce((kept, [atMs, value]) => withNumber(kept, value, atMs, 1000), trailingMaximum(0)));

describe('the greatest number of the last while', () => {
  it('is the greatest, in whatever order they came', () => {
    expect(
      of([
        [0, 3],
        [10, 7],
        [20, 5],
      ]),
    ).toBe(7);
  });

  it('is forgotten when the while is over, and not before', () => {
    expect(
      of([
        [0, 9],
        [900, 1],
        [1000, 1],
      ]),
    ).toBe(9);
    expect(
      of([
        [0, 9],
        [500, 4],
        [1200, 1],
      ]),
    ).toBe(4);
  });

  it('is the last one after a long silence', () => {
    expect(
      of([
        [0, 9],
        [1e9, 2],
      ]),
    ).toBe(2);
  });
});
