import { batchSizes, durations } from '../../src/runtime/buckets.ts';
import type { StageCount } from '../../src/runtime/counters.ts';
import { type Histogram, histogramOf } from '../../src/runtime/histogram.ts';
import type { DeploymentStatistics } from '../../src/serving/deployment.ts';
import type { PoolCount } from '../../src/serving/pool-count.ts';

export const noValues: Histogram = { count: 0, sum: 0, buckets: [] };

/** What a stage has counted: nothing but what is given. */
export function stageCountOf(fields: Partial<StageCount>): StageCount {
  return {
    stage: 'stage',
    calls: 0,
    rows: 0,
    failures: 0,
    busyMs: 0,
    runMs: noValues,
    queueMs: noValues,
    batches: { rows: noValues, byReason: { full: 0, deadline: 0, size: 0, idle: 0 } },
    races: { started: 0, wonByCopy: 0, extraMs: 0, uncancelled: 0 },
    blocking: { calls: 0, ms: 0, longestMs: 0 },
    ...fields,
  };
}

/** What a pool has counted: nothing but what is given. */
export function poolCountOf(fields: Partial<PoolCount>): PoolCount {
  return {
    name: 'task 1',
    replicas: 1,
    callsPerReplica: 2,
    memoryBytes: null,
    waitMs: noValues,
    ready: 1,
    starting: 0,
    draining: 0,
    queued: 0,
    oldestWaitMs: 0,
    outstanding: 0,
    arrivals: 0,
    completions: 0,
    busyMs: 0,
    ...fields,
  };
}

/** What a pipeline has counted: nothing but what is given. */
export function statisticsOf(fields: Partial<DeploymentStatistics>): DeploymentStatistics {
  return {
    pipeline: 'pipeline',
    upMs: 1000,
    requests: { received: 0, succeeded: 0, failed: {} },
    shed: {},
    deadlineMisses: 0,
    rows: 0,
    durationMs: noValues,
    ongoing: 0,
    queued: 0,
    tasks: [],
    pools: [],
    ...fields,
  };
}

/** The histogram of times in milliseconds. */
export function durationsOf(...values: readonly number[]): Histogram {
  return counted(durations, values);
}

/** The histogram of batches with so many rows. */
export function sizesOf(...values: readonly number[]): Histogram {
  return counted(batchSizes, values);
}

function counted(buckets: typeof durations, values: readonly number[]): Histogram {
  const counts = new Array<number>(buckets.bounds.length + 1).fill(0);
  for (const value of values) counts[buckets.indexOf(value)] = (counts[buckets.indexOf(value)] ?? 0) + 1;
  return histogramOf(
    buckets,
    counts,
    values.reduce((total, value) => total + value, 0),
  );
}
