import { quantile } from '../../../../runtime/histogram.ts';
import { inThree } from '../../bench/report.ts';
import { ENOUGH, type Observed, useOf } from '../observed.ts';

const TIMES = 5;
const IDLE = 0.5;

/** A stage that is sometimes much slower than usual, whose replicas have time for copies. */
export function longTail({ stages, statistics }: Observed): readonly string[] {
  return stages.flatMap(({ stage, runMs, races, pool }) => {
    const [median, p99] = [quantile(runMs, 0.5), quantile(runMs, 0.99)];
    if (runMs.count < ENOUGH || races.started > 0 || p99 < TIMES * median || p99 < 1) return [];
    if (pool === undefined || pool.replicas < 2 || useOf(pool, statistics) > IDLE) return [];
    const use = (useOf(pool, statistics) * 100).toFixed(0);
    return [
      `1 of 100 calls of "${stage}" takes over ${inThree(p99)} ms, half of them under ${inThree(median)}, and its ${pool.replicas} replicas are busy for ${use} % of the time: race: { hedge: true }`,
    ];
  });
}
