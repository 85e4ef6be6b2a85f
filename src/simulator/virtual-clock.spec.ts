import { describe, expect, it } from 'vitest';
import { sleep } from './sleep.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('a virtual clock', () => {
  it('stands still until it is told to go on', () => {
    const clock = new VirtualClock(5);
    clock.after(10, () => {});
    expect(clock.now()).toBe(5);
  });

  it('goes from event to event, each at its own time', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    for (const ms of [30, 10, 20]) clock.after(ms, () => seen.push(`${ms} at ${clock.now()}`));
    await clock.run();
    expect(seen).toEqual(['10 at 10', '20 at 20', '30 at 30']);
  });

  it('has those of one time go off in the order in which they were armed', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    for (let i = 0; i < 100; i++) clock.after(7, () => seen.push(i));
    await clock.run();
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('lets promises settle after each event, however many follow each other', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.after(1, async () => {
      for (let i = 0; i < 1000; i++) await null;
      seen.push(`promises at ${clock.now()}`);
    });
    clock.after(2, () => seen.push('next'));
    await clock.run();
    expect(seen).toEqual(['promises at 1', 'next']);
  });

  it('runs what awaits it as long as that arms anything', async () => {
    const clock = new VirtualClock();
    let laps = 0;
    const lap = async (): Promise<void> => {
      for (; laps < 1000; laps++) await sleep(clock, 2);
    };
    void lap();
    await clock.run();
    expect([laps, clock.now()]).toEqual([1000, 2000]);
  });

  it('stops at a time, with what is later still to come', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    for (const ms of [10, 20, 30]) clock.after(ms, () => seen.push(ms));
    await clock.run(20);
    expect([clock.now(), clock.timers, seen]).toEqual([20, 1, [10, 20]]);
    await clock.run(25);
    expect([clock.now(), seen]).toEqual([25, [10, 20]]);
    await clock.run();
    expect(seen).toEqual([10, 20, 30]);
  });

  it('does not call what was called off, nor count it', async () => {
    const clock = new VirtualClock();
    const callOff = clock.after(10, () => expect.unreachable());
    callOff();
    callOff();
    expect(clock.timers).toBe(0);
    await clock.run();
  });

  it('passes on what a callback throws, and can go on after it', async () => {
    const clock = new VirtualClock();
    let isCalled = false;
    clock.after(1, () => {
      throw new RangeError('bad');
    });
    clock.after(2, () => {
      isCalled = true;
    });
    await expect(clock.run()).rejects.toThrow('bad');
    expect(isCalled).toBe(false);
    await clock.run();
    expect(isCalled).toBe(true);
  });

  it('advances at once without waiting for promises', () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    clock.after(10, () => {
      seen.push(clock.now());
      clock.after(5, () => seen.push(clock.now()));
    });
    clock.advance(12);
    expect([clock.now(), seen]).toEqual([12, [10]]);
    clock.advance(3);
    expect([clock.now(), seen]).toEqual([15, [10, 15]]);
  });
});
