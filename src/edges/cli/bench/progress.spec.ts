import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import type { Measured } from './measurement.ts';
import { showProgress } from './progress.ts';

const latencyMs = { p50: 1, p90: 1, p95: 1, p99: 2.5, 'p99.9': 3, max: 3 };
const measured: Measured = { seconds: 1, requests: 120, requestsPerSecond: 120, latencyMs, errors: { QUEUE_FULL: 2 } };

function shown(isTTY: boolean, forMs: number): readonly string[] {
  const clock = new FakeClock();
  const texts: string[] = [];
  const stop = showProgress({ isTTY, write: (text: string) => texts.push(text) }, clock, () => measured);
  clock.advance(forMs);
  stop();
  clock.advance(forMs);
  return texts;
}

describe('the progress of a load', () => {
  it('is a line that changes on a terminal, and goes away', () => {
    expect(shown(true, 600)).toEqual(['\r\x1b[K1 s   120 requests/s   p99 2.50 ms   errors: QUEUE_FULL 2', '\r\x1b[K']);
  });

  it('is a line every five seconds elsewhere', () => {
    expect(shown(false, 11_000)).toEqual([5, 10].map((s) => `${s} s   120 requests/s   p99 2.50 ms   errors: QUEUE_FULL 2\n`));
  });
});
