import { printStep, type Step, stageNames, type Task } from '../plan/task.ts';
import { batchSizes, durations, SHORTEST_MS } from './buckets.ts';
import { type Histogram, histogramOf } from './histogram.ts';

/**
 * Counters of one replica of a task, in memory that its worker and the main thread share: read at any time
 * without a message, and kept when the worker crashes. Only the replica writes them. Per step rows in and out, then per stage what
 * StageCount has, each at its place in `AT`.
 */
export type Counters = Float64Array;

/**
 * Why a batch was sent as it was: it had as many rows as it may; waiting for more would have missed a deadline; more rows are
 * slower; all that waited went.
 */
export const batchReasons = ['full', 'deadline', 'size', 'idle'] as const;
export type BatchReason = (typeof batchReasons)[number];

export interface StageCount {
  readonly stage: string;
  readonly calls: number;
  readonly rows: number;
  readonly failures: number;
  readonly busyMs: number;
  /** How long calls took. */
  readonly runMs: Histogram;
  /** How long rows waited before their call. */
  readonly queueMs: Histogram;
  readonly batches: BatchCount;
  readonly races: RaceCount;
  readonly blocking: BlockingCount;
}
export interface BatchCount {
  readonly rows: Histogram;
  readonly byReason: Readonly<Record<BatchReason, number>>;
}
/** Calls that were made more than once at a time. */
export interface RaceCount {
  readonly started: number;
  /** Of which the copy was first. */
  readonly wonByCopy: number;
  /** What copies computed. */
  readonly extraMs: number;
  /** Losers that went on computing, as nothing can stop them. */
  readonly uncancelled: number;
}
/** Calls that kept their thread, and everything else on it, for a millisecond or more. */
export interface BlockingCount {
  readonly calls: number;
  readonly ms: number;
  readonly longestMs: number;
}
export interface StepCount {
  readonly step: string;
  readonly rowsIn: number;
  readonly rowsOut: number;
}
export interface TaskCount {
  readonly task: number;
  readonly place: string;
  readonly steps: readonly StepCount[];
  readonly stages: readonly StageCount[];
}

/** From which time on others on the thread notice. */
const BLOCKING_MS = 1;

const PER_STEP = 2;
const DURATIONS = durations.bounds.length + 1;
const SIZES = batchSizes.bounds.length + 1;

/** Where the numbers of a stage are among its own. */
const AT = placesOf({
  calls: 1,
  rows: 1,
  failures: 1,
  busyMs: 1,
  run: DURATIONS,
  queueMs: 1,
  queue: DURATIONS,
  sizes: SIZES,
  sentRows: 1,
  reasons: batchReasons.length,
  races: 1,
  wonByCopy: 1,
  extraMs: 1,
  uncancelled: 1,
  blockingCalls: 1,
  blockingMs: 1,
  longestMs: 1,
  end: 0,
});
const PER_STAGE = AT.end;

function placesOf<N extends string>(lengths: Readonly<Record<N, number>>): Readonly<Record<N, number>> {
  let at = 0;
  const places = Object.entries<number>(lengths).map(([name, length]) => {
    at += length;
    return [name, at - length];
  });
  return Object.fromEntries(places) as Record<N, number>;
}

export function createCounters(task: Task): Counters {
  const length = task.steps.length * PER_STEP + stageNames(task).length * PER_STAGE;
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

export function countStep(counters: Counters, stepIndex: number, rowsIn: number, rowsOut: number): void {
  counters[stepIndex * PER_STEP] = (counters[stepIndex * PER_STEP] ?? 0) + rowsIn;
  counters[stepIndex * PER_STEP + 1] = (counters[stepIndex * PER_STEP + 1] ?? 0) + rowsOut;
}

/** What a stage's runner reports of each call. */
export interface StageMeter {
  /** `keptThread` where it was synchronous. */
  called(rows: number, busyMs: number, keptThread?: boolean): void;
  failed(): void;
  /** The beginning of a call has kept the thread for so long. */
  blocked(ms: number): void;
  /** A batch goes to its call. */
  sent(reason: BatchReason, rows: number): void;
  /** The rows of one request, or some of them, have waited so long for their call. */
  waited(ms: number): void;
  /** A call of which copies were made has its answer. */
  raced(wonByCopy: boolean): void;
  /** So much was computed by a copy, or by an alternative of an anyOf that lost. */
  extra(ms: number): void;
  /** A loser goes on computing. */
  uncancelled(): void;
}

export function stageMeter(counters: Counters, task: Task, stage: string): StageMeter {
  const at = task.steps.length * PER_STEP + stageNames(task).indexOf(stage) * PER_STAGE;
  const add = (place: number, amount: number): void => {
    counters[at + place] = (counters[at + place] ?? 0) + amount;
  };
  const blocked = (ms: number): void => {
    if (ms < BLOCKING_MS) return;
    add(AT.blockingCalls, 1);
    add(AT.blockingMs, ms);
    if (ms > (counters[at + AT.longestMs] ?? 0)) counters[at + AT.longestMs] = ms;
  };
  const spread = (busyMs: number, keptThread: boolean): void => {
    add(AT.run + durations.indexOf(busyMs), 1);
    if (keptThread) blocked(busyMs);
  };
  return {
    // Written out, since it is a good part of what a small stage costs. The shortest calls are those that are in no other bucket.
    called(rows, busyMs, keptThread = false) {
      counters[at] = (counters[at] ?? 0) + 1;
      counters[at + 1] = (counters[at + 1] ?? 0) + rows;
      counters[at + 3] = (counters[at + 3] ?? 0) + busyMs;
      if (busyMs > SHORTEST_MS) spread(busyMs, keptThread);
    },
    failed: () => add(AT.failures, 1),
    blocked,
    sent(reason, rows) {
      add(AT.reasons + batchReasons.indexOf(reason), 1);
      add(AT.sizes + batchSizes.indexOf(rows), 1);
      add(AT.sentRows, rows);
    },
    waited(ms) {
      add(AT.queue + durations.indexOf(ms), 1);
      add(AT.queueMs, ms);
    },
    raced(wonByCopy) {
      add(AT.races, 1);
      if (wonByCopy) add(AT.wonByCopy, 1);
    },
    extra: (ms) => add(AT.extraMs, ms),
    uncancelled: () => add(AT.uncancelled, 1),
  };
}

/** The counters of all replicas of a task, added up and named. */
export function readCounters(task: Task, replicas: readonly Counters[]): TaskCount {
  const sum = (index: number): number => replicas.reduce((total, counters) => total + (counters[index] ?? 0), 0);
  const steps = task.steps.map((step: Step, i) => ({ step: printStep(step), rowsIn: sum(i * PER_STEP), rowsOut: sum(i * PER_STEP + 1) }));
  const stages = stageNames(task).map((stage, i) => readStage(stage, task.steps.length * PER_STEP + i * PER_STAGE, replicas));
  return { task: task.number, place: task.place, steps, stages };
}

function readStage(stage: string, at: number, replicas: readonly Counters[]): StageCount {
  const sum = (place: number): number => replicas.reduce((total, counters) => total + (counters[at + place] ?? 0), 0);
  const all = (place: number, length: number): readonly number[] => Array.from({ length }, (_, i) => sum(place + i));
  const [calls, busyMs, run] = [sum(AT.calls), sum(AT.busyMs), all(AT.run, DURATIONS)];
  // Nothing is locked while a worker counts, so what is read of it may differ by the call that it is counting.
  const shortest = Math.max(0, calls - run.reduce((total, count) => total + count, 0));
  return {
    stage,
    calls,
    rows: sum(AT.rows),
    failures: sum(AT.failures),
    busyMs,
    runMs: histogramOf(durations, [shortest, ...run.slice(1)], busyMs),
    queueMs: histogramOf(durations, all(AT.queue, DURATIONS), sum(AT.queueMs)),
    batches: {
      rows: histogramOf(batchSizes, all(AT.sizes, SIZES), sum(AT.sentRows)),
      byReason: Object.fromEntries(batchReasons.map((reason, i) => [reason, sum(AT.reasons + i)])) as Record<BatchReason, number>,
    },
    races: { started: sum(AT.races), wonByCopy: sum(AT.wonByCopy), extraMs: sum(AT.extraMs), uncancelled: sum(AT.uncancelled) },
    blocking: {
      calls: sum(AT.blockingCalls),
      ms: sum(AT.blockingMs),
      longestMs: Math.max(0, ...replicas.map((counters) => counters[at + AT.longestMs] ?? 0)),
    },
  };
}
