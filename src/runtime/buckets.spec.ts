import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchSizes, durations } from './buckets.ts';

describe.each([
  ['durations', durations, fc.double({ min: 0, max: 100_000, noNaN: true }), (ms: number) => ms * 1.001],
  ['batch sizes', batchSizes, fc.integer({ min: 1, max: 5000 }), (rows: number) => rows + 1],
] as const)('the buckets of %s', (_, { bounds, indexOf }, values, more) => {
  it('ascend', () => expect([...bounds].sort((a, b) => a - b)).toEqual(bounds));

  it('hold each bound, and what is above it goes into the next', () => {
    expect(bounds.map(indexOf)).toEqual(bounds.map((__, i) => i));
    expect(bounds.map((bound) => indexOf(more(bound)))).toEqual(bounds.map((__, i) => i + 1));
  });

  it('are those that a search for the first bound finds', () => {
    fc.assert(
      fc.property(values, (value) => {
        const first = bounds.findIndex((bound) => value <= bound);
        expect(indexOf(value)).toBe(first < 0 ? bounds.length : first);
      }),
    );
  });
});

describe('the buckets of durations', () => {
  it('take what is no number, or below zero, as the shortest', () => {
    expect([Number.NaN, -1, 0].map(durations.indexOf)).toEqual([0, 0, 0]);
  });
});
