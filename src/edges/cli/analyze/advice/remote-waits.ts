import { meanOf } from '../../../../runtime/histogram.ts';
import { inThree } from '../../bench/report.ts';
import { ENOUGH, type Observed } from '../observed.ts';

/** Rows that wait longer for a connection than the other server takes. */
export function remoteWaits({ stages }: Observed): readonly string[] {
  return stages
    .filter(({ kind, queueMs, runMs }) => kind === 'remote' && queueMs.count >= ENOUGH && meanOf(queueMs) > meanOf(runMs))
    .map(
      ({ stage, queueMs, runMs }) =>
        `rows wait ${inThree(meanOf(queueMs))} ms for a connection of "${stage}", whose server answers in ${inThree(meanOf(runMs))} ms: raise its connections`,
    );
}
