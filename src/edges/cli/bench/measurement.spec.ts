import { describe, expect, it } from 'vitest';
import { Measurement, type Outcome } from './measurement.ts';

function measured(...outcomes: readonly Outcome[]) {
  const measurement = new Measurement(1000);
  for (const outcome of outcomes) measurement.add(outcome);
  return measurement.take();
}
const answered = (intendedMs: number, endMs: number): Outcome => ({ intendedMs, endMs, code: undefined });

describe('a measurement', () => {
  it('leaves out what was meant to be sent before the warm-up was over', () => {
    expect(measured(answered(999, 5000), answered(1000, 1002))).toMatchObject({ requests: 1, seconds: 0.002, latencyMs: { max: 2 } });
  });

  it('counts answers by second and errors by code, the most frequent first', () => {
    const failed = (code: string): Outcome => ({ ...answered(1000, 3000), code });
    const { requests, requestsPerSecond, errors } = measured(answered(1000, 1500), failed('A'), failed('B'), failed('B'));
    expect({ requests, requestsPerSecond }).toEqual({ requests: 1, requestsPerSecond: 0.5 });
    expect(Object.entries(errors)).toEqual([
      ['B', 2],
      ['A', 1],
    ]);
  });

  it('has no latencies of no answers', () => {
    expect(measured()).toEqual({ seconds: 0, requests: 0, requestsPerSecond: 0, latencyMs: null, errors: {} });
  });
});
