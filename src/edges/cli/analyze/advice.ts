import { batchNeverFills } from './advice/batch-never-fills.ts';
import { blocksTheLoop } from './advice/blocks-the-loop.ts';
import { costsMoreToTravel } from './advice/costs-more-to-travel.ts';
import { deadlinesMissed } from './advice/deadlines-missed.ts';
import { filterLate } from './advice/filter-late.ts';
import { idleMemory } from './advice/idle-memory.ts';
import { longTail } from './advice/long-tail.ts';
import { oneIsBest } from './advice/one-is-best.ts';
import { queueLongerThanRun } from './advice/queue-longer-than-run.ts';
import { remoteWaits } from './advice/remote-waits.ts';
import type { Observed } from './observed.ts';

/** What hurts requests first, then what only costs. */
const rules: readonly ((observed: Observed) => readonly string[])[] = [
  deadlinesMissed,
  blocksTheLoop,
  queueLongerThanRun,
  longTail,
  filterLate,
  remoteWaits,
  costsMoreToTravel,
  oneIsBest,
  batchNeverFills,
  idleMemory,
];

/** What a performance engineer would say of a pipeline that runs: a sentence each, with the figure and the option to change. */
export function adviceOn(observed: Observed): readonly string[] {
  return rules.flatMap((rule) => rule(observed));
}
