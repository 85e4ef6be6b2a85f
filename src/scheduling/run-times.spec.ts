import { describe, expect, it } from 'vitest';
import { exponential, logNormal, seededRandom } from '../simulator/random.ts';
import { RunTimes } from './run-times.ts';

const near = (value: number, expected: number, by: number): void => expect(Math.abs(value / expected - 1)).toBeLessThan(by);

describe('run times', () => {
  it('are known by the share of calls that exceed them, to a bin', () => {
    const times = new RunTimes();
    const random = seededRandom(1);
    for (let i = 0; i < 20_000; i++) times.done(exponential(random, 10));
    near(times.exceededBy(0.5), 10 * Math.log(2), 0.12);
    near(times.exceededBy(0.05), 10 * Math.log(20), 0.12);
  });

  it('are unknown beyond what has been seen', () => {
    const times = new RunTimes();
    expect(times.exceededBy(0.5)).toBe(Number.POSITIVE_INFINITY);
    times.cutOff(10);
    expect(times.exceededBy(0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  it('are not taken to be shorter because calls were cut off', () => {
    const times = new RunTimes();
    const random = seededRandom(2);
    for (let i = 0; i < 20_000; i++) {
      const ms = logNormal(random, Math.log(10), 1.5);
      const cutMs = 30 + 200 * random();
      if (ms > cutMs) times.cutOff(cutMs);
      else times.done(ms);
    }
    near(times.exceededBy(0.05), 10 * Math.exp(1.5 * 1.645), 0.2);
  });

  it('are known beyond a time that a call has run', () => {
    const times = new RunTimes();
    const random = seededRandom(3);
    for (let i = 0; i < 20_000; i++) times.done(exponential(random, 10));
    near(times.meanBeyond(20), 30, 0.1);
    expect(new RunTimes().meanBeyond(20)).toBe(20);
  });

  it('that are long ago count less', () => {
    const times = new RunTimes();
    for (let i = 0; i < 10_000; i++) times.done(10);
    for (let i = 0; i < 10_000; i++) times.done(100);
    near(times.exceededBy(0.5), 100, 0.11);
  });

  it('stay right after so many that weights must be scaled', () => {
    const times = new RunTimes();
    for (let i = 0; i < 300_000; i++) times.done(i % 100 === 0 ? 200 : 20);
    near(times.exceededBy(0.5), 20, 0.11);
    near(times.exceededBy(0.005), 200, 0.11);
  });
});
