import { describe, expect, it } from 'vitest';
import { granted, type LoadMeasurement, type ScalerSettings, type ScalerState, scale, startScaling } from './scaler.ts';

const settings: ScalerSettings = { floor: 1, ceiling: 20, targetMs: Number.POSITIVE_INFINITY, downAfterMs: 30_000 };
const idle: LoadMeasurement = { arrived: 0, served: 0, busyMs: 0, queued: 0, oldestWaitMs: 0, starting: 0 };
/** Calls of 50 ms that are served as they come. */
const calls = (arrived: number, more: Partial<LoadMeasurement> = {}): LoadMeasurement => ({
  ...idle,
  arrived,
  served: arrived,
  busyMs: arrived * 50,
  ...more,
});

/** The same measurement each 100 ms, from the time of a state on. */
function ticks(state: ScalerState, count: number, measured: LoadMeasurement, under = settings): readonly ScalerState[] {
  const states = [state];
  for (let i = 0; i < count; i++) {
    const last = states.at(-1) as ScalerState;
    states.push(scale(under, last, measured, last.atMs + 100).state);
  }
  return states.slice(1);
}
const last = (states: readonly ScalerState[]): ScalerState => states.at(-1) as ScalerState;
const started = (replicas: number): ScalerState => startScaling(replicas, 0);

describe('the scaler', () => {
  it('serves a rate with replicas that are busy for about three quarters of their time', () => {
    // 20 calls of 50 ms in 100 ms keep ten replicas busy.
    const { replicas } = last(ticks(started(1), 600, calls(20)));
    expect(10 / replicas).toBeGreaterThan(0.65);
    expect(10 / replicas).toBeLessThan(0.85);
  });

  it('goes up at the next tick when calls wait, straight to what serves them', () => {
    const steady = last(ticks(started(2), 300, calls(2)));
    expect(steady.replicas).toBe(2);
    const [next] = ticks(steady, 1, calls(8, { served: 4, busyMs: 200, queued: 40, oldestWaitMs: 150 }));
    expect(next?.replicas).toBeGreaterThanOrEqual(7);
  });

  it('does not start one more for each tick in which the first is being started', () => {
    const waiting = { ...calls(1), queued: 1, oldestWaitMs: 500 };
    const [first] = ticks(started(1), 1, waiting);
    expect(first?.replicas).toBe(2);
    expect(last(ticks(first as ScalerState, 20, { ...waiting, starting: 1 })).replicas).toBe(2);
  });

  it('is not troubled by a call that waits for a moment', () => {
    const steady = last(ticks(started(2), 300, calls(2)));
    expect(last(ticks(steady, 5, calls(2, { queued: 1, oldestWaitMs: 60 }))).replicas).toBe(2);
  });

  it('goes down only after a while in which fewer were enough, and then step by step', () => {
    const busy = last(ticks(started(1), 300, calls(20)));
    const states = ticks(busy, 900, idle).map(({ replicas }) => replicas);
    expect(states.slice(0, 260).every((replicas) => replicas === busy.replicas)).toBe(true);
    expect(states.every((replicas, i) => i === 0 || (states[i - 1] ?? 0) - replicas <= 1)).toBe(true);
    expect(states.at(-1)).toBe(1);
  });

  it('does not go down while a call waits', () => {
    const busy = last(ticks(started(10), 1000, { ...idle, queued: 1, oldestWaitMs: 1 }));
    expect(busy.replicas).toBe(10);
  });

  it('does not go below what is busy, however short the calls were that are done', () => {
    const many = { ...settings, ceiling: 100 };
    const begun = last(ticks(started(40), 600, calls(2), { ...many, floor: 40 }));
    // From now on thirty replicas have calls that are not done for minutes.
    const states = ticks(begun, 2000, { ...idle, busyMs: 3000 }, many);
    expect(Math.min(...states.map(({ replicas }) => replicas))).toBe(30);
  });

  it('keeps to the floor and to the ceiling', () => {
    const bounded = { ...settings, floor: 2, ceiling: 5 };
    expect(last(ticks(started(3), 1000, idle, bounded)).replicas).toBe(2);
    expect(last(ticks(started(3), 100, calls(50, { queued: 500, oldestWaitMs: 900 }), bounded)).replicas).toBe(5);
  });

  describe('where a target is to be met', () => {
    const under = { ...settings, targetMs: 400 };
    const steady = last(ticks(started(2), 300, calls(2), under));
    const withQueue = (queued: number, more: Partial<LoadMeasurement> = {}, given = under): number =>
      last(ticks(steady, 1, calls(2, { queued, oldestWaitMs: 10, ...more }), given)).replicas;

    it('starts replicas for those behind in a queue before the first of it has waited for long', () => {
      expect(withQueue(3)).toBe(2);
      expect(withQueue(5)).toBeGreaterThan(2);
    });

    it('counts only replicas that are ready', () => {
      const burst = { arrived: 6 };
      expect(withQueue(4, burst)).toBe(2);
      expect(withQueue(4, { ...burst, starting: 1 })).toBeGreaterThan(2);
    });

    it('is not troubled by one call that has just come', () => {
      expect(last(ticks(started(1), 1, calls(1, { queued: 1, oldestWaitMs: 0 }), under)).replicas).toBe(1);
    });

    it('does not look ahead where there is none', () => {
      expect(withQueue(5, {}, settings)).toBe(2);
    });
  });

  it('goes up to a floor that it is given later', () => {
    expect(last(ticks(started(1), 1, idle, { ...settings, floor: 3 })).replicas).toBe(3);
  });

  it('asks again for what it was not given', () => {
    const { state } = scale(settings, started(1), calls(20, { queued: 10, oldestWaitMs: 200 }), 100);
    const given = granted(state, 2);
    expect(given.replicas).toBe(2);
    expect(last(ticks(given, 1, calls(20, { queued: 30, oldestWaitMs: 300 }))).replicas).toBeGreaterThan(6);
  });

  it('has more replicas where the target leaves no time to wait, and no more than help', () => {
    const at = (targetMs: number): number => last(ticks(started(1), 600, calls(2), { ...settings, targetMs })).replicas;
    expect(at(60)).toBeGreaterThan(at(Number.POSITIVE_INFINITY));
    expect(at(40)).toBeLessThanOrEqual(at(60));
  });

  it('does not give up for a second time what it had to take back', () => {
    let state = last(ticks(started(3), 600, calls(2)));
    expect(state.replicas).toBe(2);
    state = last(ticks(state, 1, calls(2, { queued: 3, oldestWaitMs: 200 })));
    expect(state.replicas).toBe(3);
    state = last(ticks(state, 3000, calls(2)));
    expect(state.replicas).toBe(3);
    expect(last(ticks(state, 3000, idle)).replicas).toBe(1);
  });

  it('does not forget how long calls take while none come', () => {
    const state = last(ticks(last(ticks(started(1), 100, calls(10))), 10_000, idle));
    expect(state.busyMs / state.served).toBeCloseTo(50, 0);
  });

  it('takes calls that are not done yet for no longer than they have taken, however many they are', () => {
    // A hundred replicas have one call each of a minute: nothing is known of these for a minute.
    const begun = ticks(started(100), 1, { ...idle, arrived: 100, busyMs: 10_000 }, { ...settings, ceiling: 10_000 });
    const states = ticks(last(begun), 400, { ...idle, busyMs: 10_000 }, { ...settings, ceiling: 10_000 });
    expect(last(states).pendingMs / 100).toBeCloseTo(40_100);
    expect(Math.max(...states.map(({ replicas }) => replicas))).toBeLessThanOrEqual(150);
  });

  it('knows how long a call takes once it is done, whatever else is under way', () => {
    const begun = last(ticks(started(100), 600, { ...idle, busyMs: 10_000 }));
    const [done] = ticks(begun, 1, { ...idle, served: 10, busyMs: 9000 });
    expect((done?.busyMs ?? 0) / (done?.served ?? 1) / 60_000).toBeCloseTo(1, 1);
  });
});
