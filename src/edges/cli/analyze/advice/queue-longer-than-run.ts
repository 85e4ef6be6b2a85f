import { meanOf } from '../../../../runtime/histogram.ts';
import { inThree } from '../../bench/report.ts';
import { ENOUGH, type Observed } from '../observed.ts';

/** Calls that wait longer for a replica than they run. */
export function queueLongerThanRun({ statistics }: Observed): readonly string[] {
  return statistics.pools.flatMap(({ name, replicas, completions, busyMs, waitMs }) => {
    if (waitMs === null || completions < ENOUGH) return [];
    const [wait, run] = [meanOf(waitMs), busyMs / completions];
    if (wait <= run) return [];
    return [
      `calls wait ${inThree(wait)} ms for ${name}, which takes ${inThree(run)} ms: more replicas than ${replicas}, by --workers or the option replicas`,
    ];
  });
}
