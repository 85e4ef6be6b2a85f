import { describe, expect, it } from 'vitest';
import { durationsOf, poolCountOf, sizesOf, stageCountOf, statisticsOf } from '../../../../test/support/statistics.ts';
import { batchNeverFills } from './advice/batch-never-fills.ts';
import { blocksTheLoop } from './advice/blocks-the-loop.ts';
import { costsMoreToTravel } from './advice/costs-more-to-travel.ts';
import { deadlinesMissed } from './advice/deadlines-missed.ts';
import { filterLate } from './advice/filter-late.ts';
import { idleMemory } from './advice/idle-memory.ts';
import { longTail } from './advice/long-tail.ts';
import { oneIsBest } from './advice/one-is-best.ts';
import { queueLongerThanRun } from './advice/queue-longer-than-run.ts';
import { remoteWaits } from './advice/remote-waits.ts';
import { adviceOn } from './advice.ts';
import type { Observed, ObservedStage, ObservedTask } from './observed.ts';

const times = (count: number, ...values: readonly number[]): readonly number[] => Array.from({ length: count }, () => values).flat();

const seen = (parts: Partial<Observed>): Observed => ({ statistics: statisticsOf({ upMs: 100_000 }), tasks: [], stages: [], ...parts });

const one = (fields: Partial<ObservedStage>): ObservedStage => ({
  ...stageCountOf({ stage: 'embed' }),
  task: 1,
  place: 'loop',
  kind: 'row',
  maxBatch: 32,
  pool: undefined,
  share: 0,
  ...fields,
});
const task = (fields: Partial<ObservedTask>): ObservedTask => ({
  task: 1,
  place: 'loop',
  steps: [],
  stages: [],
  pool: undefined,
  ...fields,
});

describe('advice on a stage that blocks the event loop', () => {
  const blocking = { calls: 10, ms: 140, longestMs: 31 };
  it('is to run it on a thread', () => {
    expect(blocksTheLoop(seen({ stages: [one({ blocking })] }))).toEqual([
      `stage "embed" blocks the event loop for 14.0 ms a call, once for 31.0: run it on a thread, runsOn: 'thread'`,
    ]);
  });
  it('is not given on a thread, nor for what nobody notices', () => {
    const quick = one({ blocking: { calls: 10, ms: 20, longestMs: 3 } });
    expect(blocksTheLoop(seen({ stages: [one({ blocking, place: 'thread' }), quick] }))).toEqual([]);
  });
});

describe('advice on a batch that never fills', () => {
  const batches = { rows: sizesOf(...times(50, 2, 3)), byReason: { full: 0, deadline: 0, size: 0, idle: 100 } };
  it('is a smaller maxBatch', () => {
    expect(batchNeverFills(seen({ stages: [one({ batches })] }))).toEqual([
      'batches of "embed" never fill: at most 4 rows, 2.50 in the mean, of maxBatch 32; all that waited went, so no more would have come: maxBatch: 4 would do',
    ]);
  });
  it('is not given where they come near, nor after a few', () => {
    const few = { ...batches, rows: sizesOf(2) };
    expect(batchNeverFills(seen({ stages: [one({ batches, maxBatch: 8 }), one({ batches: few })] }))).toEqual([]);
  });
});

describe('advice where more rows are slower', () => {
  const batches = { rows: sizesOf(...times(100, 1)), byReason: { full: 0, deadline: 0, size: 80, idle: 20 } };
  it('is one a call', () => {
    expect(oneIsBest(seen({ stages: [one({ batches })] }))).toEqual([
      '80 of 100 batches of "embed" were kept small since more rows are slower, 1.00 rows in the mean: maxBatch: 1',
    ]);
  });
  it('is not given where they went alone because nothing else waited', () => {
    const idle = { ...batches, byReason: { full: 0, deadline: 0, size: 20, idle: 80 } };
    expect(oneIsBest(seen({ stages: [one({ batches: idle })] }))).toEqual([]);
  });
});

describe('advice on a queue', () => {
  const waiting = (ms: number) => [
    poolCountOf({ name: 'task 2', replicas: 3, completions: 100, busyMs: 1200, waitMs: durationsOf(...times(100, ms)) }),
  ];
  it('longer than the run is more replicas', () => {
    expect(queueLongerThanRun(seen({ statistics: statisticsOf({ pools: waiting(40) }) }))).toEqual([
      'calls wait 40.0 ms for task 2, which takes 12.0 ms: more replicas than 3, by --workers or the option replicas',
    ]);
  });
  it('that is shorter is none', () => expect(queueLongerThanRun(seen({ statistics: statisticsOf({ pools: waiting(2) }) }))).toEqual([]));
});

describe('advice on a long tail', () => {
  const tail = { runMs: durationsOf(...times(1, 500, 500, 500), ...times(197, 10)) };
  const pool = poolCountOf({ replicas: 2, busyMs: 20_000 });
  it('is to hedge, where replicas are idle', () => {
    expect(longTail(seen({ stages: [one({ ...tail, pool })] }))).toEqual([
      '1 of 100 calls of "embed" takes over 367 ms, half of them under 8.52, and its 2 replicas are busy for 10 % of the time: race: { hedge: true }',
    ]);
  });
  it('is not given where replicas are busy, where there is one, nor where it is raced', () => {
    const races = { started: 1, wonByCopy: 0, extraMs: 0, uncancelled: 0 };
    const stages = [
      one({ ...tail, pool: { ...pool, busyMs: 150_000 } }),
      one({ ...tail, pool: { ...pool, replicas: 1 } }),
      one({ ...tail, pool, races }),
    ];
    expect(longTail(seen({ stages }))).toEqual([]);
  });
});

describe('advice on a filter', () => {
  const steps = [
    { step: 'map embed', rowsIn: 1000, rowsOut: 1000 },
    { step: 'filter filter#1', rowsIn: 1000, rowsOut: 50 },
  ];
  it('after an expensive stage is to put it first', () => {
    expect(filterLate(seen({ tasks: [task({ steps })], stages: [one({ share: 0.9 })] }))).toEqual([
      'filter filter#1 drops 95 % of its rows after "embed" has run over them, for 90 % of the busy time: filter before it, if the filter can do without what it makes',
    ]);
  });
  it('is not given after a cheap one, nor where it comes first', () => {
    expect(filterLate(seen({ tasks: [task({ steps })], stages: [one({ share: 0.1 })] }))).toEqual([]);
    expect(filterLate(seen({ tasks: [task({ steps: steps.toReversed() })], stages: [one({ share: 0.9 })] }))).toEqual([]);
  });
});

describe('advice on a remote stage', () => {
  const times100 = (ms: number) => durationsOf(...times(100, ms));
  it('whose rows mostly wait is more connections', () => {
    expect(remoteWaits(seen({ stages: [one({ kind: 'remote', queueMs: times100(30), runMs: times100(10) })] }))).toEqual([
      'rows wait 30.0 ms for a connection of "embed", whose server answers in 10.0 ms: raise its connections',
    ]);
  });
  it('is not given where the server is what takes long, nor for other kinds', () => {
    const stages = [
      one({ kind: 'remote', queueMs: times100(3), runMs: times100(10) }),
      one({ queueMs: times100(30), runMs: times100(10) }),
    ];
    expect(remoteWaits(seen({ stages }))).toEqual([]);
  });
});

describe('advice on memory', () => {
  const pool = poolCountOf({ name: 'task 2', replicas: 4, memoryBytes: 512 * 2 ** 20, busyMs: 8000 });
  const withPool = (fields: object): Observed => seen({ statistics: statisticsOf({ upMs: 100_000, pools: [{ ...pool, ...fields }] }) });
  it('that idle replicas hold is fewer of them', () => {
    expect(idleMemory(withPool({}))).toEqual([
      'the 4 replicas of task 2 hold 2048 MB, 512 each, and are busy for 2 % of the time: 1 would do, by --workers or the option replicas',
    ]);
  });
  it('is not given where they work, or hold little', () => {
    expect([...idleMemory(withPool({ busyMs: 300_000 })), ...idleMemory(withPool({ memoryBytes: 2 ** 20 }))]).toEqual([]);
  });
});

describe('advice on missed deadlines', () => {
  const requests = { received: 1000, succeeded: 950, failed: { DEADLINE_EXCEEDED: 50 } };
  const stages = [one({ stage: 'quick', runMs: durationsOf(1) }), one({ runMs: durationsOf(700) })];
  it('names the stage that takes the longest', () => {
    const statistics = statisticsOf({ requests, deadlineMisses: 50, durationMs: durationsOf(...times(100, 1000)) });
    expect(deadlinesMissed(seen({ statistics, stages }))).toEqual([
      '50 of 1000 requests missed their deadline, with 997 ms at p99; the longest is "embed", 698 ms at p99: refuse earlier by a lower --max-queue, or allow more by timeoutMs',
    ]);
  });
  it('is not given for a few', () => {
    expect(deadlinesMissed(seen({ statistics: statisticsOf({ requests, deadlineMisses: 9 }), stages }))).toEqual([]);
  });
});

describe('advice on a task that costs more to travel to than it computes', () => {
  const pool = poolCountOf({ completions: 1000, busyMs: 1000 });
  const computing = (busyMs: number) => [task({ task: 2, pool, stages: [stageCountOf({ stage: 'embed', busyMs })] })];
  it('is to leave it with its neighbours', () => {
    expect(costsMoreToTravel(seen({ tasks: computing(200) }))).toEqual([
      `task 2 ("embed") computes for 0.200 ms of the 1.00 ms that a request is with it: let it run with its neighbours, without runsOn: 'thread'`,
    ]);
  });
  it('is not given where it computes', () => expect(costsMoreToTravel(seen({ tasks: computing(700) }))).toEqual([]));
});

describe('advice', () => {
  it('is none where nothing was measured', () => expect(adviceOn(seen({ stages: [one({})], tasks: [task({})] }))).toEqual([]));
});
