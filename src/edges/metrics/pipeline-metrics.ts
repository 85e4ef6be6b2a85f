import { batchSizes, durations } from '../../runtime/buckets.ts';
import { batchReasons } from '../../runtime/counters.ts';
import { type Histogram, merged } from '../../runtime/histogram.ts';
import type { DeploymentStatistics } from '../../serving/deployment.ts';
import { counter, gauge, histogram, type LabelledValue, type Measured, type MetricFamily, type Scale } from './metric-family.ts';

/** What is counted of pipelines, as metrics; docs/operations.md says what each means and what to do. */
export function pipelineMetrics(pipelines: readonly DeploymentStatistics[]): readonly MetricFamily[] {
  return [
    ...requestMetrics(pipelines.map((of) => ({ labels: { pipeline: of.pipeline }, of }))),
    ...stageMetrics(pipelines.flatMap(stagesOf)),
    ...poolMetrics(pipelines.flatMap(poolsOf)),
  ];
}

/** One bound in two: three a decade. */
const seconds: Scale = { bounds: durations.bounds.filter((bound) => /^[125](e|$)/.test(bound.toExponential())), divisor: 1000 };
const rows: Scale = { bounds: batchSizes.bounds, divisor: 1 };

function requestMetrics(all: readonly Measured<DeploymentStatistics>[]): readonly MetricFamily[] {
  return [
    counter('flowserve_requests_total', 'Requests by what came of them: OK, or the code of the error.', all, ({ requests }) => [
      [requests.succeeded, { code: 'OK' }],
      ...byCode(requests.failed),
    ]),
    counter('flowserve_shed_total', 'Requests refused at the door, by the code of the refusal.', all, ({ shed }) => byCode(shed)),
    counter('flowserve_deadline_misses_total', 'Requests that were not answered in time.', all, ({ deadlineMisses }) => deadlineMisses),
    counter('flowserve_rows_total', 'Rows of the requests that succeeded.', all, ({ rows }) => rows),
    histogram('flowserve_request_duration_seconds', 'From admission to the answer or the failure.', all, {
      read: ({ durationMs }) => durationMs,
      scale: seconds,
    }),
    gauge('flowserve_requests_ongoing', 'Requests under way.', all, ({ ongoing }) => ongoing),
  ];
}

function byCode(counts: Readonly<Record<string, number>>): readonly LabelledValue[] {
  return Object.entries(counts).map(([code, count]) => [count, { code }]);
}

type Stage = DeploymentStatistics['tasks'][number]['stages'][number];

function stagesOf({ pipeline, tasks }: DeploymentStatistics): readonly Measured<Stage>[] {
  return tasks.flatMap(({ task, stages }) => stages.map((of) => ({ labels: { pipeline, task: String(task), stage: of.stage }, of })));
}

function stageMetrics(all: readonly Measured<Stage>[]): readonly MetricFamily[] {
  const durationsOf = (name: string, help: string, read: (stage: Stage) => Histogram): MetricFamily =>
    histogram(name, help, all, { read, scale: seconds });
  return [
    counter('flowserve_stage_calls_total', 'Calls of a stage that gave a result.', all, ({ calls }) => calls),
    counter('flowserve_stage_rows_total', 'Rows of these calls.', all, (stage) => stage.rows),
    counter('flowserve_stage_failures_total', 'Calls of a stage that failed.', all, ({ failures }) => failures),
    durationsOf('flowserve_stage_run_seconds', 'How long calls took.', ({ runMs }) => runMs),
    durationsOf('flowserve_stage_queue_seconds', 'How long rows waited for their call.', ({ queueMs }) => queueMs),
    histogram('flowserve_stage_batch_rows', 'Rows of the calls that batches went in.', all, {
      read: ({ batches }) => batches.rows,
      scale: rows,
    }),
    counter('flowserve_stage_batches_total', 'Batches by why they were sent.', all, ({ batches }) =>
      batchReasons.map((reason) => [batches.byReason[reason], { reason }]),
    ),
    counter('flowserve_stage_races_total', 'Calls of which copies were made, by whose answer was first.', all, ({ races }) => [
      [races.wonByCopy, { winner: 'copy' }],
      [races.started - races.wonByCopy, { winner: 'original' }],
    ]),
    counter('flowserve_stage_extra_work_seconds_total', 'What losers of races computed.', all, ({ races }) => races.extraMs / 1000),
    counter('flowserve_stage_uncancelled_total', 'Losers of races that could not be stopped.', all, ({ races }) => races.uncancelled),
    counter(
      'flowserve_stage_blocking_seconds_total',
      'How long calls kept their thread, of those that kept it for 1 ms.',
      all,
      ({ blocking }) => blocking.ms / 1000,
    ),
    gauge(
      'flowserve_stage_longest_block_seconds',
      'The longest that one call kept its thread.',
      all,
      ({ blocking }) => blocking.longestMs / 1000,
    ),
  ];
}

type Pool = DeploymentStatistics['pools'][number];

function poolsOf({ pipeline, pools }: DeploymentStatistics): readonly Measured<Pool>[] {
  return pools.map((of) => ({ labels: { pipeline, pool: of.name }, of }));
}

function poolMetrics(all: readonly Measured<Pool>[]): readonly MetricFamily[] {
  return [
    gauge('flowserve_replicas', 'Replicas of a task on threads, or of a stage in processes, by their state.', all, (pool) => [
      [pool.ready, { state: 'ready' }],
      [pool.starting, { state: 'starting' }],
      [pool.draining, { state: 'draining' }],
    ]),
    gauge('flowserve_replica_memory_bytes', 'What one replica costs, where that can be told.', all, ({ memoryBytes }) =>
      memoryBytes === null ? [] : [[memoryBytes]],
    ),
    gauge('flowserve_queue_length', 'Calls that wait for a replica.', all, ({ queued }) => queued),
    gauge('flowserve_outstanding_calls', 'Calls that replicas have.', all, ({ outstanding }) => outstanding),
    histogram('flowserve_queue_seconds', 'How long calls waited for a replica.', all, {
      read: ({ waitMs }) => waitMs ?? merged([]),
      scale: seconds,
    }),
    counter('flowserve_replica_busy_seconds_total', 'How long replicas had something to do, added up.', all, ({ busyMs }) => busyMs / 1000),
  ];
}
