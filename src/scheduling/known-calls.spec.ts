import { describe, expect, it } from 'vitest';
import { KnownCallsBySize } from './known-calls.ts';

describe('what is known of calls', () => {
  it('is known together for sizes to the next power of two, and apart for others', () => {
    const known = new KnownCallsBySize(0.05);
    known.of(4).times.done(10);
    expect([1, 2, 3, 4, 5].map((rows) => known.of(rows).times.calls)).toEqual([0, 0, 1, 1, 0]);
  });

  it('has a delay for each size, once enough calls of it are known', () => {
    const known = new KnownCallsBySize(0.05);
    for (let i = 0; i < 100; i++) known.of(1).times.done(10);
    for (let i = 0; i < 100; i++) known.of(32).times.done(200);
    const [one, two, many] = [1, 2, 32].map((rows) => known.of(rows).hedging.delayMs());
    expect(one).toBeLessThan(11);
    expect(two).toBe(Number.POSITIVE_INFINITY);
    expect(many).toBeGreaterThanOrEqual(200);
  });

  it('lets calls of one size save for copies of that size alone', () => {
    const known = new KnownCallsBySize(0.5);
    for (let i = 0; i < 10; i++) known.of(1).hedging.called(10, true);
    known.of(32).hedging.called(200, true);
    expect(known.of(32).hedging.draw()).toBeNull();
    expect(known.of(1).hedging.draw()).toBe(10);
  });
});
