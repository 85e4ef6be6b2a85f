import { describe, expect, it } from 'vitest';
import { meanWaitMs } from './queue-wait.ts';

describe('the mean wait for a replica', () => {
  it('is exact for one', () => {
    expect(meanWaitMs(0.5, 1, 100)).toBeCloseTo(100);
    expect(meanWaitMs(0.8, 1, 100)).toBeCloseTo(400);
  });

  it('is close to that of the M/M/c queue for several', () => {
    // Erlang's formula: 1/3 of the calls wait for one of two replicas that are half busy, and 100/3 ms on average.
    expect(meanWaitMs(1, 2, 100) / (100 / 3)).toBeCloseTo(1, 0);
  });

  it('falls with more replicas, and has no end where they are too few', () => {
    expect(meanWaitMs(8, 10, 100)).toBeGreaterThan(meanWaitMs(8, 12, 100));
    expect(meanWaitMs(2, 2, 100)).toBe(Number.POSITIVE_INFINITY);
  });
});
