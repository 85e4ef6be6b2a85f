import { describe, expect, it } from 'vitest';
import { type Arrivals, leastRate, mostRate, noArrivals, recentRate, withArrivals } from './arrival-rate.ts';

/** Ticks of 100 ms with so many calls in each. */
const ticks = (count: number, arrived: number, before: Arrivals = noArrivals): Arrivals =>
  Array.from({ length: count }).reduce<Arrivals>((known) => withArrivals(known, arrived, 100), before);

describe('the rate of what comes', () => {
  it('is known after a while, from below and from above', () => {
    const known = ticks(1000, 10);
    expect(recentRate(known, 100)).toBeCloseTo(0.1);
    expect(leastRate(known, 100)).toBeGreaterThan(0.09);
    expect(leastRate(known, 100)).toBeLessThan(0.1);
    expect(mostRate(known, 100)).toBeGreaterThan(0.1);
    expect(mostRate(known, 100)).toBeLessThan(0.11);
  });

  it('is not believed for a few calls that may have come by chance', () => {
    expect(leastRate(withArrivals(ticks(1000, 0), 3, 100), 100)).toBe(0);
  });

  it('is believed within a second where it has grown fourfold', () => {
    expect(leastRate(ticks(10, 40, ticks(1000, 10)), 100)).toBeGreaterThan(0.3);
  });

  it('does not depend on how often it is measured', () => {
    expect(recentRate(withArrivals(ticks(100, 10), 100, 1000), 100)).toBeCloseTo(recentRate(ticks(110, 10), 100), 2);
  });

  it('is given back only by what was counted: at first a rate is not taken for a lower one', () => {
    expect(mostRate(ticks(10, 10), 100)).toBeGreaterThan(0.1);
    expect(mostRate(noArrivals, 100)).toBe(0);
  });

  describe('of calls that take a minute', () => {
    const minute = 60_000;

    it('is that of about a minute, in which chance makes up for less', () => {
      const known = ticks(10_000, 1);
      expect(mostRate(known, minute) - 0.01).toBeLessThan((mostRate(known, 100) - 0.01) * 0.6);
    });

    it('is not believed for many that come within a second, which is enough for short ones', () => {
      const burst = ticks(10, 4, ticks(10_000, 1));
      expect(leastRate(burst, 100)).toBeGreaterThan(0.015);
      expect(leastRate(burst, minute)).toBeLessThan(0.012);
      expect(recentRate(burst, 100)).toBeGreaterThan(0.03);
      expect(recentRate(burst, minute)).toBeLessThan(0.015);
    });

    it('is believed where it has been higher for half a minute', () => {
      expect(leastRate(ticks(300, 4, ticks(10_000, 1)), minute)).toBeGreaterThan(0.03);
    });
  });
});
