import { meanOf, quantile } from '../../../../runtime/histogram.ts';
import { inThree } from '../../bench/report.ts';
import type { Observed } from '../observed.ts';

const NOTICED = 0.01;

/** Requests that were answered too late, with the stage that takes the longest. */
export function deadlinesMissed({ statistics: { requests, deadlineMisses, durationMs }, stages }: Observed): readonly string[] {
  if (requests.received === 0 || deadlineMisses / requests.received < NOTICED) return [];
  const [slowest] = stages.toSorted((a, b) => meanOf(b.runMs) + meanOf(b.queueMs) - meanOf(a.runMs) - meanOf(a.queueMs));
  const where = slowest === undefined ? '' : `; the longest is "${slowest.stage}", ${inThree(quantile(slowest.runMs, 0.99))} ms at p99`;
  return [
    `${deadlineMisses} of ${requests.received} requests missed their deadline, with ${inThree(quantile(durationMs, 0.99))} ms at p99${where}: refuse earlier by a lower --max-queue, or allow more by timeoutMs`,
  ];
}
