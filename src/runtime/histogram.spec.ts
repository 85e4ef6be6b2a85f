import { describe, expect, it } from 'vitest';
import { durationsOf, noValues, sizesOf } from '../../test/support/statistics.ts';
import { DurationCounts, meanOf, merged, quantile } from './histogram.ts';

describe('a histogram', () => {
  it('has the buckets that something fell into', () => {
    expect(sizesOf(1, 3, 4, 5000)).toEqual({
      count: 4,
      sum: 5008,
      buckets: [
        { above: 0, upTo: 1, count: 1 },
        { above: 2, upTo: 4, count: 2 },
        { above: 1024, upTo: null, count: 1 },
      ],
    });
  });

  it('spreads values evenly over their bucket to tell a quantile', () => {
    const spread = durationsOf(...Array.from({ length: 100 }, (_, i) => 10 + (i + 1) / 20));
    expect([0, 0.5, 1].map((share) => quantile(spread, share))).toEqual([10, 12.5, 15]);
  });

  it('goes on to the next bucket for what the first does not hold', () => {
    expect(quantile(durationsOf(1, 1, 1, 100), 0.75)).toBe(1);
    expect(quantile(durationsOf(1, 1, 1, 100), 0.99)).toBeGreaterThan(70);
  });

  it('gives the last bound for what is beyond all', () => expect(quantile(durationsOf(60_000), 0.99)).toBe(50_000));
  it('of nothing has quantiles and a mean of 0', () => expect([quantile(noValues, 0.5), meanOf(noValues)]).toEqual([0, 0]));
  it('has the mean of its values', () => expect(meanOf(durationsOf(1, 2, 6))).toBe(3));

  it('of several is that of their values together', () => {
    expect(merged([durationsOf(5, 0.5), durationsOf(5, 700), noValues])).toEqual(durationsOf(5, 0.5, 5, 700));
  });
});

describe('counts of durations', () => {
  it('are a histogram of what was added', () => {
    const counts = new DurationCounts();
    for (const ms of [0.2, 3, 3]) counts.add(ms);
    expect(counts.read()).toEqual(durationsOf(0.2, 3, 3));
  });
});
