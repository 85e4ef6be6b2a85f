import type { Deployment, DeploymentStatistics } from '../../serving/deployment.ts';
import { type Found, VERSION } from './pipeline-model.ts';

type StageCount = DeploymentStatistics['tasks'][number]['stages'][number];

/** Calls and the time that they took together. */
interface Statistic {
  readonly count: number;
  readonly ns: number;
}

interface Counted {
  readonly name: string;
  readonly lastMs: number;
  readonly rows: number;
  readonly calls: number;
  /** Waiting and computing together. */
  readonly success: Statistic;
  readonly fail: Statistic;
  readonly queue: Statistic;
  readonly infer: Statistic;
}

/**
 * A model as the extension statistics counts it, since the server has started: rows are its inferences and calls its executions, so that their
 * ratio is the mean batch. A pipeline's call is a request, whatever edge it came by; its queue are the lines before its replicas. Making rows of
 * bytes is not measured apart: compute_input and compute_output are 0. A failed call of a stage counts without its time.
 */
export function modelStatistics({ pipeline, stage }: Found, deployment: Deployment): object {
  if (stage !== undefined) return statisticsOf(ofStage(stage.name, stageCounts(deployment, stage.stage)));
  const { succeeded, succeededMs, rows, failed, failedMs, lastMs } = deployment.totals;
  const queuedMs = Math.min(
    succeededMs,
    sumOf(deployment.statistics().pools, ({ waitMs }) => waitMs?.sum ?? 0),
  );
  return statisticsOf({
    name: pipeline.plan.name,
    lastMs,
    rows,
    calls: succeeded,
    success: statistic(succeeded, succeededMs),
    fail: statistic(failed, failedMs),
    queue: statistic(succeeded, queuedMs),
    infer: statistic(succeeded, succeededMs - queuedMs),
  });
}

/** A pipeline and each of its stages. */
export function allStatistics({ pipeline }: Found, deployment: Deployment): readonly object[] {
  return [modelStatistics({ pipeline }, deployment), ...pipeline.stages.map((stage) => modelStatistics({ pipeline, stage }, deployment))];
}

/** A stage may run in several tasks; one that the optimizer has left out runs in none. */
function stageCounts(deployment: Deployment, name: string): readonly StageCount[] {
  return deployment.statistics().tasks.flatMap(({ stages }) => stages.filter(({ stage }) => stage === name));
}

function ofStage(name: string, counts: readonly StageCount[]): Counted {
  const sum = (read: (count: StageCount) => number): number => sumOf(counts, read);
  const [calls, failures, busyMs] = [sum((count) => count.calls), sum((count) => count.failures), sum((count) => count.busyMs)];
  const queuedMs = sum(({ queueMs }) => queueMs.sum);
  return {
    name,
    lastMs: 0,
    rows: sum((count) => count.rows),
    calls,
    success: statistic(calls, queuedMs + busyMs),
    fail: statistic(failures, 0),
    // Clients tell by it that there were calls.
    queue: statistic(calls, queuedMs),
    infer: statistic(calls, busyMs),
  };
}

function sumOf<T>(counts: readonly T[], read: (count: T) => number): number {
  return counts.reduce((total, count) => total + read(count), 0);
}

function statistic(count: number, ms: number): Statistic {
  return { count, ns: Math.round(ms * 1e6) };
}

const NONE: Statistic = { count: 0, ns: 0 };

function statisticsOf({ name, lastMs, rows, calls, success, fail, queue, infer }: Counted): object {
  return {
    name,
    version: VERSION,
    last_inference: Math.floor(lastMs),
    inference_count: rows,
    execution_count: calls,
    inference_stats: {
      success,
      fail,
      queue,
      compute_input: { count: success.count, ns: 0 },
      compute_infer: infer,
      compute_output: { count: success.count, ns: 0 },
      cache_hit: NONE,
      cache_miss: NONE,
    },
    response_stats: {},
    batch_stats: [],
    memory_usage: [],
  };
}
