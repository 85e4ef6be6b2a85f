/** Decayed counts of what came, one for each of `SPANS_MS`: plain numbers that can be kept, compared and replayed. */
export interface Arrivals {
  readonly counts: readonly number[];
}

/** Short ones notice a step within a second, long ones know a slow rate well. */
const SPANS_MS = [250, 500, 1000, 2000, 4000, 8000, 16_000] as const;
const LONGEST_MS = 16_000;
/** As many standard deviations must lie between what is usual and what is believed: some false alarms an hour. */
const DEVIATIONS = 2.5;

export const noArrivals: Arrivals = { counts: SPANS_MS.map(() => 0) };

/** What is known after `sinceMs` in which so many came. */
export function withArrivals({ counts }: Arrivals, arrived: number, sinceMs: number): Arrivals {
  return { counts: SPANS_MS.map((spanMs, i) => (counts[i] ?? 0) * Math.exp(-sinceMs / spanMs) + arrived * spread(sinceMs / spanMs)) };
}

/** The rate per millisecond that there is at least, as far as chance lets one say: a burst of a few calls is no rate. */
export function leastRate({ counts }: Arrivals): number {
  return Math.max(0, ...counts.map((count, i) => (count - DEVIATIONS * deviation(count)) / spanAt(i)));
}

/** The mean rate per millisecond of about the last half a second. */
export function recentRate({ counts }: Arrivals): number {
  return (counts[1] ?? 0) / spanAt(1);
}

/** The rate per millisecond of a quarter of a minute and what chance may hide of it: what capacity is given back by. */
export function mostRate({ counts }: Arrivals): number {
  const count = counts.at(-1) ?? 0;
  return (count + deviation(count)) / LONGEST_MS;
}

/** What came during a span was spread over it, so its first part has decayed already. */
function spread(spans: number): number {
  return spans < 1e-6 ? 1 : (1 - Math.exp(-spans)) / spans;
}

/** Of a decayed count of events that come at random: its variance is half its mean. */
function deviation(count: number): number {
  return Math.sqrt(count / 2);
}

function spanAt(index: number): number {
  return SPANS_MS[index] ?? LONGEST_MS;
}
