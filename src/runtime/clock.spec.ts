import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';

describe('the system clock', () => {
  it('tells milliseconds since the epoch and never runs backwards', () => {
    const times = Array.from({ length: 1000 }, () => systemClock.now());
    expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(1000);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('tells the same time on another thread', async () => {
    const source = "require('node:worker_threads').parentPort.postMessage(performance.timeOrigin + performance.now())";
    const before = systemClock.now();
    const there = await new Promise<number>((resolve) => new Worker(source, { eval: true }).once('message', resolve));
    expect(there).toBeGreaterThan(before - 5);
    expect(there).toBeLessThan(systemClock.now() + 5);
  });

  it('calls back once, also after a delay that has passed', async () => {
    await new Promise<void>((resolve) => systemClock.after(-5, resolve));
  });

  it('does not call back when it was called off', async () => {
    let isCalled = false;
    systemClock.after(0, () => {
      isCalled = true;
    })();
    await new Promise<void>((resolve) => systemClock.after(1, resolve));
    expect(isCalled).toBe(false);
  });

  it('does not call back at once for a delay longer than timers take', async () => {
    let isCalled = false;
    const callOff = systemClock.after(Number.POSITIVE_INFINITY, () => {
      isCalled = true;
    });
    await new Promise<void>((resolve) => systemClock.after(2, resolve));
    callOff();
    expect(isCalled).toBe(false);
  });
});
