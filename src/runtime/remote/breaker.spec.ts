import { describe, expect, it } from 'vitest';
import { admit, afterAnswer, afterFailure, afterNothing, type Breaker, breakerPolicy, closed } from './breaker.ts';

const policy = { failures: 3, firstOpenMs: 100, maxOpenMs: 1000 };
const fail = (breaker: Breaker, nowMs = 0, random = 1): Breaker => afterFailure(breaker, nowMs, random, policy);
const open = fail(fail(fail(closed)));

describe('a breaker', () => {
  it('opens after so many failures in a row', () => {
    expect(fail(fail(closed))).toEqual({ kind: 'closed', failures: 2 });
    expect(open).toEqual({ kind: 'open', untilMs: 100, openings: 1 });
  });

  it('does not open when an answer comes between', () => {
    fail(fail(closed));
    expect(fail(fail(afterAnswer()))).toEqual({ kind: 'closed', failures: 2 });
  });

  it('lets every call pass while it is closed, and none while it is open', () => {
    expect(admit(closed, 0)).toBe(closed);
    expect(admit(open, 99)).toBeNull();
  });

  it('lets one call pass once its time is over, and no other beside it', () => {
    const probing = admit(open, 100);
    expect(probing).toEqual({ kind: 'probing', openings: 1, sinceMs: 100 });
    expect(admit(probing ?? closed, 1000)).toBeNull();
  });

  it('lets another pass where that one has had no answer for as long as it may be open', () => {
    const probing = admit(open, 100, policy) ?? closed;
    expect(admit(probing, 1099, policy)).toBeNull();
    expect(admit(probing, 1100, policy)).toEqual({ kind: 'probing', openings: 1, sinceMs: 1100 });
  });

  it('closes when the probe is answered', () => expect(afterAnswer()).toEqual(closed));

  it('opens for twice as long each time a probe fails, up to a bound', () => {
    const times: number[] = [];
    for (let [breaker, probes] = [open, 0]; probes < 6; probes++) {
      breaker = fail(admit(breaker, 1e6) ?? closed, 0);
      times.push(breaker.kind === 'open' ? breaker.untilMs : Number.NaN);
    }
    expect(times).toEqual([200, 400, 800, 1000, 1000, 1000]);
  });

  it('opens for between half of that time and all of it', () => {
    expect(fail(fail(closed, 0), 0)).toEqual({ kind: 'closed', failures: 2 });
    expect(fail({ kind: 'closed', failures: 2 }, 0, 0)).toMatchObject({ untilMs: 50 });
  });

  it('hears of calls that were made before it opened: an answer closes it, a failure changes nothing', () => {
    expect(fail(open, 50)).toBe(open);
  });

  it('gives the turn of a probe that its caller gave up to the next call', () => {
    const next = afterNothing({ kind: 'probing', openings: 4, sinceMs: 60 }, 70);
    expect(next).toEqual({ kind: 'open', untilMs: 70, openings: 4 });
    expect(admit(next, 70)).toEqual({ kind: 'probing', openings: 4, sinceMs: 70 });
  });

  it('does not mind when other calls are given up', () => {
    expect(afterNothing(open, 70)).toBe(open);
    expect(afterNothing(closed, 70)).toBe(closed);
  });

  it('opens within a second at first and asks at least twice a minute, if nothing else is said', () => {
    expect(breakerPolicy).toEqual({ failures: 5, firstOpenMs: 500, maxOpenMs: 30_000 });
  });
});
