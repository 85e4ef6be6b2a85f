import { describe, expect, it } from 'vitest';
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
      stages: [
        { stage: 'decode', calls: 0, rows: 0, failures: 0, busyMs: 0 },
        { stage: 'small', calls: 0, rows: 0, failures: 0, busyMs: 0 },
      ],
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
      { stage: 'decode', calls: 2, rows: 4, failures: 0, busyMs: 2 },
      { stage: 'small', calls: 0, rows: 0, failures: 1, busyMs: 0 },
    ]);
    expect(steps.every(({ rowsIn, rowsOut }) => rowsIn === 0 && rowsOut === 0)).toBe(true);
  });

  it('add up over replicas', () => {
    const replicas = [createCounters(task), createCounters(task)];
    for (const counters of replicas) countStep(counters, 1, 2, 1);
    expect(readCounters(task, replicas).steps[1]).toEqual({ step: 'derive small', rowsIn: 4, rowsOut: 2 });
  });

  it('stand in memory that threads share', () => {
    expect(createCounters(task).buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
