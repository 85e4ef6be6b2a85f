import { inThree } from '../../bench/report.ts';
import type { Observed } from '../observed.ts';

const NOTICED_MS = 5;

/** A synchronous stage on the event loop lets everything else wait. */
export function blocksTheLoop({ stages }: Observed): readonly string[] {
  return stages
    .filter(({ place, blocking: { calls, ms } }) => place === 'loop' && calls > 0 && ms / calls >= NOTICED_MS)
    .map(
      ({ stage, blocking: { calls, ms, longestMs } }) =>
        `stage "${stage}" blocks the event loop for ${inThree(ms / calls)} ms a call, once for ${inThree(longestMs)}: run it on a thread, runsOn: 'thread'`,
    );
}
