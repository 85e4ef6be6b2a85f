import { describe, expect, it } from 'vitest';
import { type Arrivals, arrive, burstyArrivals, dayArrivals, poissonArrivals, varyingArrivals } from './arrivals.ts';
import { seededRandom } from './random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** How many arrive in each of some equal parts of a time. */
function countsOf(arrivals: Arrivals, parts: number, partMs: number): readonly number[] {
  const counts = new Array<number>(parts).fill(0);
  for (let at = arrivals.next().value / partMs; at < parts; at = arrivals.next().value / partMs) {
    counts[Math.floor(at)] = (counts[Math.floor(at)] ?? 0) + 1;
  }
  return counts;
}

/** Variance over mean of counts: 1 for a Poisson process. */
function dispersionOf(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length / mean;
}

describe('arrivals', () => {
  it('of a Poisson process come at its rate, neither regularly nor in bursts', () => {
    const counts = countsOf(poissonArrivals(seededRandom(1), 50), 1000, 1000);
    expect(counts.reduce((sum, count) => sum + count, 0) / 1000).toBeCloseTo(50, -1);
    expect(dispersionOf(counts)).toBeGreaterThan(0.85);
    expect(dispersionOf(counts)).toBeLessThan(1.15);
  });

  it('in bursts come at the mean of both rates, and vary more', () => {
    const bursts = { quietPerSecond: 10, burstPerSecond: 100, quietMs: 8000, burstMs: 2000 };
    const counts = countsOf(burstyArrivals(seededRandom(2), bursts), 10_000, 1000);
    expect(Math.abs(counts.reduce((sum, count) => sum + count, 0) / 10_000 - 28)).toBeLessThan(3);
    expect(dispersionOf(counts)).toBeGreaterThan(5);
  });

  it('of a day are fewest at its ends and most in its middle', () => {
    const counts = countsOf(dayArrivals(seededRandom(3), { lowPerSecond: 2, highPerSecond: 20, dayMs: 1_000_000 }), 10, 100_000);
    expect(Math.abs((counts[0] ?? 0) / 100 - 2.6)).toBeLessThan(1);
    expect(Math.abs((counts[5] ?? 0) / 100 - 19.4)).toBeLessThan(1.5);
  });

  it('that follow a curve follow a step of it', () => {
    const arrivals = varyingArrivals(seededRandom(4), (atMs) => (atMs < 500_000 ? 10 : 40), 40);
    const [before = 0, after = 0] = countsOf(arrivals, 2, 500_000);
    expect(Math.abs(after / before - 4)).toBeLessThan(0.3);
  });

  it('are told at their times, before an end', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    arrive(clock, [10, 25, 40][Symbol.iterator](), 40, (index) => seen.push(`${index} at ${clock.now()}`));
    expect(clock.timers).toBe(1);
    await clock.run();
    expect(seen).toEqual(['0 at 10', '1 at 25']);
  });
});
