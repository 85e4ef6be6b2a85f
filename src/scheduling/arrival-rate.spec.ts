import { describe, expect, it } from 'vitest';
import { type Arrivals, leastRate, mostRate, noArrivals, recentRate, withArrivals } from './arrival-rate.ts';

/** Ticks of 100 ms with so many calls in each. */
const ticks = (count: number, arrived: number, before: Arrivals = noArrivals): Arrivals =>
  Array.from({ length: count }).reduce<Arrivals>((known) => withArrivals(known, arrived, 100), before);

describe('the rate of what comes', () => {
  it('is known after a while, from below and from above', () => {
    const known = ticks(1000, 10);
    expect(recentRate(known)).toBeCloseTo(0.1);
    expect(leastRate(known)).toBeGreaterThan(0.09);
    expect(leastRate(known)).toBeLessThan(0.1);
    expect(mostRate(known)).toBeGreaterThan(0.1);
    expect(mostRate(known)).toBeLessThan(0.11);
  });

  it('is not believed for a few calls that may have come by chance', () => {
    expect(leastRate(withArrivals(ticks(1000, 0), 3, 100))).toBe(0);
  });

  it('is believed within a second where it has grown fourfold', () => {
    expect(leastRate(ticks(10, 40, ticks(1000, 10)))).toBeGreaterThan(0.3);
  });

  it('does not depend on how often it is measured', () => {
    expect(recentRate(withArrivals(ticks(100, 10), 100, 1000))).toBeCloseTo(recentRate(ticks(110, 10)), 2);
  });
});
