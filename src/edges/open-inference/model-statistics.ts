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
  readonly success: Statistic;
  readonly fail: Statistic;
}

/**
 * A model as the extension statistics counts it, since the server has started: rows are its inferences and calls its executions, so that their
 * ratio is the mean batch. A pipeline's call is a request, whatever edge it came by, and its time includes waiting. Waiting and making rows of
 * bytes are not measured apart: queue, compute_input and compute_output are 0. A failed call of a stage counts without its time.
 */
export function modelStatistics({ pipeline, stage }: Found, deployment: Deployment): object {
  if (stage !== undefined) return statisticsOf(ofStage(stage.name, stageCounts(deployment, stage.stage)));
  const { succeeded, succeededMs, rows, failed, failedMs, lastMs } = deployment.totals;
  return statisticsOf({
    name: pipeline.plan.name,
    lastMs,
    rows,
    calls: succeeded,
    success: statistic(succeeded, succeededMs),
    fail: statistic(failed, failedMs),
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
  const sum = (read: (count: StageCount) => number): number => counts.reduce((total, count) => total + read(count), 0);
  const [calls, failures, busyMs] = [sum((count) => count.calls), sum((count) => count.failures), sum((count) => count.busyMs)];
  return {
    name,
    lastMs: 0,
    rows: sum((count) => count.rows),
    calls,
    success: statistic(calls, busyMs),
    fail: statistic(failures, 0),
  };
}

function statistic(count: number, ms: number): Statistic {
  return { count, ns: Math.round(ms * 1e6) };
}

const NONE: Statistic = { count: 0, ns: 0 };

function statisticsOf({ name, lastMs, rows, calls, success, fail }: Counted): object {
  return {
    name,
    version: VERSION,
    last_inference: Math.floor(lastMs),
    inference_count: rows,
    execution_count: calls,
    inference_stats: {
      success,
      fail,
      queue: { count: success.count, ns: 0 },
      compute_input: { count: success.count, ns: 0 },
      compute_infer: success,
      compute_output: { count: success.count, ns: 0 },
      cache_hit: NONE,
      cache_miss: NONE,
    },
    response_stats: {},
    batch_stats: [],
    memory_usage: [],
  };
}
