import { meanOf } from '../../../../runtime/histogram.ts';
import { inThree } from '../../bench/report.ts';
import { ENOUGH, type Observed, type ObservedStage } from '../observed.ts';

/** Where so many rows never wait at a time, a smaller `maxBatch` costs nothing, and a model with a fixed shape may be made for it. */
export function batchNeverFills({ stages }: Observed): readonly string[] {
  return stages
    .filter((stage) => stage.batches.rows.count >= ENOUGH && stage.maxBatch > 1 && largest(stage) <= stage.maxBatch / 4)
    .map((stage) => {
      const { batches, maxBatch } = stage;
      const idle = batches.byReason.idle / batches.rows.count;
      const why = idle > 0.5 ? 'all that waited went, so no more would have come' : 'calls are sent before';
      return `batches of "${stage.stage}" never fill: at most ${largest(stage)} rows, ${inThree(meanOf(batches.rows))} in the mean, of maxBatch ${maxBatch}; ${why}: maxBatch: ${largest(stage)} would do`;
    });
}

/** The upper bound of the last bucket. */
function largest({ batches, maxBatch }: ObservedStage): number {
  const { buckets } = batches.rows;
  return buckets[buckets.length - 1]?.upTo ?? maxBatch;
}
