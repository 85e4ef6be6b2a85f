import { ENOUGH_CALLS } from './hedging.ts';
import type { RunTimes } from './run-times.ts';

/** What could run copies besides what runs already. */
export interface Capacity {
  readonly replicas: number;
  /** Of these, how many have nothing to do. */
  readonly idle: number;
}

/** What a call does by itself where its race is left to be chosen. */
export type RaceChoice = { readonly kind: 'alone' } | { readonly kind: 'hedge' } | { readonly kind: 'copies'; readonly copies: number };

/** The 95th percentile over the median: below it the fastest of several is hardly faster than any. */
const TAIL_WORTH_RACING = 1.3;
/** A third copy still halves tails; a fourth costs as much and gains little. */
const MOST_COPIES = 3;

/**
 * Chooses how a call is raced: not at all where calls take equally long; by copies at once while at least half of the replicas are idle, of
 * which they take half; else by a hedge, whose extra work is bounded. Capacity that is not known is taken to be needed by others.
 */
export function chooseRace(times: RunTimes, capacity: Capacity | null): RaceChoice {
  if (times.calls < ENOUGH_CALLS) return { kind: 'alone' };
  if (times.exceededBy(0.05) < TAIL_WORTH_RACING * times.exceededBy(0.5)) return { kind: 'alone' };
  if (capacity === null || capacity.idle === 0 || capacity.idle * 2 < capacity.replicas) return { kind: 'hedge' };
  return { kind: 'copies', copies: Math.min(MOST_COPIES, 1 + Math.ceil(capacity.idle / 2)) };
}
