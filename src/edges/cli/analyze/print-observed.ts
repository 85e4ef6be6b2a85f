import { type Histogram, meanOf, quantile } from '../../../runtime/histogram.ts';
import { inColumns, inThree } from '../bench/report.ts';
import { adviceOn } from './advice.ts';
import type { Observed, ObservedStage, ObservedTask } from './observed.ts';

/** The running plan with what was measured, and advice. */
export function printObserved(observed: Observed): string {
  const { pipeline, requests, durationMs, upMs } = observed.statistics;
  const failed = Object.entries(requests.failed).map(([code, count]) => `, ${count} ${code}`);
  const advice = adviceOn(observed);
  return [
    `pipeline ${pipeline}, up for ${(upMs / 1000).toFixed(0)} s`,
    `requests     ${requests.received}: ${requests.succeeded} answered${failed.join('')}`,
    `latency ms   p50 ${inThree(quantile(durationMs, 0.5))}   p99 ${inThree(quantile(durationMs, 0.99))}`,
    ...observed.tasks.flatMap(printTask),
    '',
    ...inColumns([HEAD, ...observed.stages.map(cellsOf)]),
    '',
    ...(advice.length === 0
      ? ['Nothing to advise: look at the stage with the greatest share.']
      : advice.map((sentence) => `- ${sentence}`)),
  ].join('\n');
}

function printTask({ task, place, pool, steps }: ObservedTask): readonly string[] {
  const memory = pool?.memoryBytes == null ? '' : `, ${(pool.memoryBytes / 2 ** 20).toFixed(0)} MB each`;
  const where = pool === undefined ? 'on the event loop' : `on ${pool.ready} of ${pool.replicas} threads${memory}, ${pool.queued} queued`;
  return [
    `task ${task} ${place === 'loop' ? 'on the event loop' : where}`,
    ...steps.map(({ step, rowsIn, rowsOut }) => `  ${step}   ${rowsIn} → ${rowsOut} rows`),
  ];
}

const HEAD = ['task', 'on', 'stage', 'calls', 'rows', 'rows/call', 'run p50', 'run p99', 'queue p50', 'queue p99', 'of busy time'];

function cellsOf({ task, place, stage, calls, rows, batches, runMs, queueMs, share }: ObservedStage): readonly string[] {
  const both = (histogram: Histogram): readonly string[] =>
    histogram.count === 0 ? ['–', '–'] : [0.5, 0.99].map((part) => inThree(quantile(histogram, part)));
  const perCall = batches.rows.count > 0 ? meanOf(batches.rows) : rows / Math.max(1, calls);
  return [
    String(task),
    place,
    stage,
    String(calls),
    String(rows),
    inThree(perCall),
    ...both(runMs),
    ...both(queueMs),
    `${(share * 100).toFixed(0)} %`,
  ];
}
