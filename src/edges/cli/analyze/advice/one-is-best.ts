import { meanOf } from '../../../../runtime/histogram.ts';
import { inThree } from '../../bench/report.ts';
import { ENOUGH, type Observed } from '../observed.ts';

/** Batches that are kept small since more rows were measured to be slower: then nothing has to be measured. */
export function oneIsBest({ stages }: Observed): readonly string[] {
  return stages
    .filter(({ batches: { rows, byReason } }) => rows.count >= ENOUGH && meanOf(rows) < 1.5 && byReason.size > rows.count / 2)
    .map(
      ({ stage, batches: { rows, byReason } }) =>
        `${byReason.size} of ${rows.count} batches of "${stage}" were kept small since more rows are slower, ${inThree(meanOf(rows))} rows in the mean: maxBatch: 1`,
    );
}
