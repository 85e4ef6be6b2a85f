import { describe, expect, it } from 'vitest';
import { exponential, gamma, logNormal, poisson, seededRandom, standardNormal, uniform } from './random.ts';

const DRAWS = 100_000;

/** The mean and the variance of many draws. */
function momentsOf(draw: () => number): { readonly mean: number; readonly variance: number } {
  const draws = Array.from({ length: DRAWS }, draw);
  const mean = draws.reduce((sum, value) => sum + value, 0) / DRAWS;
  return { mean, variance: draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS };
}

function expectMoments(draw: () => number, mean: number, variance: number): void {
  const found = momentsOf(draw);
  expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
  expect(found.variance / variance).toBeGreaterThan(0.9);
  expect(found.variance / variance).toBeLessThan(1.1);
}

describe('a seeded source', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    const numbersOf = (seed: number): readonly number[] => Array.from({ length: 10 }, seededRandom(seed));
    expect(numbersOf(1)).toEqual(numbersOf(1));
    expect(numbersOf(1)).not.toEqual(numbersOf(2));
  });

  it('gives numbers from 0 up to 1, evenly', () => {
    const random = seededRandom(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < DRAWS; i++) {
      const tenth = Math.floor(random() * 10);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    expect(counts).toHaveLength(10);
    for (const count of counts) expect(Math.abs(count - DRAWS / 10)).toBeLessThan(5 * Math.sqrt(DRAWS / 10));
  });
});

describe('draws have the mean and the variance of their distribution', () => {
  const random = seededRandom(4);

  it('uniform', () => expectMoments(() => uniform(random, 2, 8), 5, 3));
  it('exponential', () => expectMoments(() => exponential(random, 4), 4, 16));
  it('standard normal', () => expectMoments(() => standardNormal(random), 0, 1));
  it('log-normal', () => expectMoments(() => logNormal(random, 1, 0.5), Math.exp(1.125), (Math.exp(0.25) - 1) * Math.exp(2.25)));
  it.each([
    [3, 2],
    [0.5, 4],
    [20, 0.1],
  ])('gamma of shape %d and scale %d', (shape, scale) =>
    expectMoments(() => gamma(random, shape, scale), shape * scale, shape * scale ** 2),
  );
  it.each([0.3, 7, 95])('Poisson of mean %d', (mean) => expectMoments(() => poisson(random, mean), mean, mean));
});
