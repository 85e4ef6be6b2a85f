import { describe, expect, it } from 'vitest';
import { poissonGaps, seededRandom } from './arrivals.ts';

const take = (count: number, next: () => number): readonly number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('seededRandom', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(take(5, seededRandom(7))).toEqual(take(5, seededRandom(7)));
    expect(take(5, seededRandom(7))).not.toEqual(take(5, seededRandom(8)));
  });

  it('gives numbers from 0 up to 1, spread evenly', () => {
    const numbers = take(10_000, seededRandom(1));
    expect(numbers.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mean(numbers)).toBeCloseTo(0.5, 1);
  });
});

describe('poissonGaps', () => {
  const gaps = take(20_000, poissonGaps(100, seededRandom(1)));

  it('are as long as the rate says on average, and never negative', () => {
    expect(mean(gaps)).toBeCloseTo(10, 0);
    expect(gaps.every((gap) => gap >= 0)).toBe(true);
  });

  it('vary as much as they are long', () => {
    const deviation = Math.sqrt(mean(gaps.map((gap) => (gap - 10) ** 2)));
    expect(deviation).toBeCloseTo(10, 0);
  });
});
