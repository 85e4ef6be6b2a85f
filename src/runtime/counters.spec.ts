import { describe, expect, it } from 'vitest';
import { durationsOf, sizesOf, stageCountOf } from '../../test/support/statistics.ts';
import type { Task } from '../plan/task.ts';
import { countStep, createCounters, readCounters, stageMeter } from './counters.ts';

const task: Task = {
  number: 1,
  place: 'loop',
  reads: [0],
  gives: [3],
  steps: [
    { op: 'map', input: 0, stages: ['decode'], output: 1 },
    { op: 'derive', input: 1, stage: 'small', output: 2 },
    { op: 'map', input: 2, stages: ['decode'], output: 3 },
  ],
};

describe('counters', () => {
  it('are zero at first, with the names of their steps and of each stage once', () => {
    expect(readCounters(task, [createCounters(task)])).toEqual({
      task: 1,
      place: 'loop',
      steps: [
        { step: 'map decode', rowsIn: 0, rowsOut: 0 },
        { step: 'derive small', rowsIn: 0, rowsOut: 0 },
        { step: 'map decode', rowsIn: 0, rowsOut: 0 },
      ],
      stages: [stageCountOf({ stage: 'decode' }), stageCountOf({ stage: 'small' })],
    });
  });

  it('count the rows of each step apart', () => {
    const counters = createCounters(task);
    countStep(counters, 0, 3, 2);
    countStep(counters, 0, 1, 1);
    countStep(counters, 2, 5, 0);
    expect(readCounters(task, [counters]).steps.map(({ rowsIn, rowsOut }) => [rowsIn, rowsOut])).toEqual([
      [4, 3],
      [0, 0],
      [5, 0],
    ]);
  });

  it('count the calls of each stage apart from the steps and from each other', () => {
    const counters = createCounters(task);
    const [decode, small] = [stageMeter(counters, task, 'decode'), stageMeter(counters, task, 'small')];
    decode.called(3, 1.5);
    decode.called(1, 0.5);
    small.failed();
    const { stages, steps } = readCounters(task, [counters]);
    expect(stages).toEqual([
      stageCountOf({ stage: 'decode', calls: 2, rows: 4, busyMs: 2, runMs: durationsOf(1.5, 0.5) }),
      stageCountOf({ stage: 'small', failures: 1 }),
    ]);
    expect(steps.every(({ rowsIn, rowsOut }) => rowsIn === 0 && rowsOut === 0)).toBe(true);
  });

  it('add up over replicas', () => {
    const replicas = [createCounters(task), createCounters(task)];
    for (const counters of replicas) countStep(counters, 1, 2, 1);
    expect(readCounters(task, replicas).steps[1]).toEqual({ step: 'derive small', rowsIn: 4, rowsOut: 2 });
  });

  it('spread calls by how long they took, those too short to be told apart together', () => {
    const counters = createCounters(task);
    const meter = stageMeter(counters, task, 'small');
    for (const ms of [0.001, 0.002, 30, 60_000]) meter.called(1, ms);
    expect(readCounters(task, [counters]).stages[1]?.runMs).toEqual(durationsOf(0.001, 0.002, 30, 60_000));
  });

  it('tell batches by their rows and by why they were sent', () => {
    const counters = createCounters(task);
    const meter = stageMeter(counters, task, 'small');
    meter.sent('full', 8);
    meter.sent('full', 8);
    meter.sent('idle', 3);
    expect(readCounters(task, [counters]).stages[1]).toEqual(
      stageCountOf({ stage: 'small', batches: { rows: sizesOf(8, 8, 3), byReason: { full: 2, deadline: 0, size: 0, idle: 1 } } }),
    );
  });

  it('tell how long rows waited', () => {
    const counters = createCounters(task);
    const meter = stageMeter(counters, task, 'small');
    for (const ms of [0, 2.5, 40]) meter.waited(ms);
    expect(readCounters(task, [counters]).stages[1]).toEqual(stageCountOf({ stage: 'small', queueMs: durationsOf(0, 2.5, 40) }));
  });

  it('tell races, which of them copies won, and what they cost', () => {
    const counters = createCounters(task);
    const meter = stageMeter(counters, task, 'small');
    meter.raced(true);
    meter.raced(false);
    meter.extra(12.5);
    meter.uncancelled();
    expect(readCounters(task, [counters]).stages[1]).toEqual(
      stageCountOf({ stage: 'small', races: { started: 2, wonByCopy: 1, extraMs: 12.5, uncancelled: 1 } }),
    );
  });

  it('tell which calls kept the thread', () => {
    const counters = createCounters(task);
    const meter = stageMeter(counters, task, 'small');
    meter.called(1, 5, true);
    meter.called(1, 7);
    expect(readCounters(task, [counters]).stages[1]?.blocking).toEqual({ calls: 1, ms: 5, longestMs: 5 });
  });

  it('tell how long calls kept the thread, the longest of all replicas', () => {
    const replicas = [createCounters(task), createCounters(task)];
    for (const [i, ms] of [
      [0, 14],
      [0, 2],
      [0, 0.9],
      [1, 9],
    ] as const)
      stageMeter(replicas[i] as Float64Array, task, 'small').blocked(ms);
    expect(readCounters(task, replicas).stages[1]).toEqual(stageCountOf({ stage: 'small', blocking: { calls: 3, ms: 25, longestMs: 14 } }));
  });

  it('stand in memory that threads share', () => {
    expect(createCounters(task).buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
