import { describe, expect, it } from 'vitest';
import { type Attempt, type RetryContext, retryAfterMs, retryDelayMs } from './retry.ts';

const attempt = (fields: Partial<Attempt> = {}): Attempt => ({ made: 1, isSent: true, retryAfterMs: undefined, ...fields });
const context = (fields: Partial<RetryContext> = {}): RetryContext => ({ effects: false, remainingMs: 10_000, random: 1, ...fields });

describe('another attempt', () => {
  it('waits at most twice as long each time, and there are four', () => {
    expect([1, 2, 3, 4].map((made) => retryDelayMs(attempt({ made }), context()))).toEqual([25, 50, 100, null]);
  });

  it('waits for a random part of that', () => {
    expect([0, 0.5, 1].map((random) => retryDelayMs(attempt(), context({ random })))).toEqual([0, 12.5, 25]);
  });

  it('waits as long as the server asks, and a little more', () => {
    expect(retryDelayMs(attempt({ retryAfterMs: 2000 }), context({ random: 0.4 }))).toBe(2010);
  });

  it('is not made where the time of the call would pass meanwhile', () => {
    expect(retryDelayMs(attempt({ retryAfterMs: 2000 }), context({ remainingMs: 2000 }))).toBeNull();
    expect(retryDelayMs(attempt(), context({ remainingMs: 0 }))).toBeNull();
  });

  it('is not made with effects, unless nothing was sent', () => {
    expect(retryDelayMs(attempt(), context({ effects: true }))).toBeNull();
    expect(retryDelayMs(attempt({ isSent: false }), context({ effects: true }))).toBe(25);
  });
});

describe('the header Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['3', 3000],
    ['0', 0],
    ['9'.repeat(20), 86_400_000],
    ['Thu, 01 Jan 2099 00:00:00 GMT', 86_400_000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s milliseconds', (header, milliseconds) => expect(retryAfterMs(header, now)).toBe(milliseconds));
});
