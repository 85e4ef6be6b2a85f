/** Decayed counts of what came, one for each of `SPANS_MS`: plain numbers that can be kept, compared and replayed. */
export interface Arrivals {
  readonly counts: readonly number[];
  /** For how long they have been counted. */
  readonly knownMs: number;
}

/** Short ones notice a step within a second, long ones know a slow rate well. */
const SPANS_MS = [250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000] as const;
/** The longest that matters for calls that take less. */
const USUAL_MS = 16_000;
/** What came in a shorter part of the time of a call says less of how many there will be at once than chance does. */
const LEAST_PART = 1 / 8;
const RECENT_MS = 500;
/** As many standard deviations must lie between what is usual and what is believed: some false alarms an hour. */
const DEVIATIONS = 2.5;

export const noArrivals: Arrivals = { counts: SPANS_MS.map(() => 0), knownMs: 0 };

/** What is known after `sinceMs` in which so many came. */
export function withArrivals({ counts, knownMs }: Arrivals, arrived: number, sinceMs: number): Arrivals {
  return {
    counts: SPANS_MS.map((spanMs, i) => {
      const kept = Math.exp(-sinceMs / spanMs);
      return (counts[i] ?? 0) * kept + arrived * spread(sinceMs / spanMs, kept);
    }),
    knownMs: knownMs + sinceMs,
  };
}

/** The rate per millisecond of calls of a time that there is at least, as far as chance lets one say: a burst of a few calls is no rate. */
export function leastRate({ counts }: Arrivals, serviceMs: number): number {
  let least = 0;
  const last = spanFor(serviceMs);
  for (let i = Math.min(last, spanFor(serviceMs * LEAST_PART, 0)); i <= last; i++) {
    const count = counts[i] ?? 0;
    least = Math.max(least, (count - DEVIATIONS * deviation(count)) / spanAt(i));
  }
  return least;
}

/** The mean rate per millisecond of about the last half a second, or of a part of the time of a call. */
export function recentRate({ counts }: Arrivals, serviceMs: number): number {
  const recent = spanFor(serviceMs * LEAST_PART, RECENT_MS);
  return (counts[recent] ?? 0) / spanAt(recent);
}

/** The rate per millisecond of a quarter of a minute, or of the time of a call, and what chance may hide of it: what capacity is given back by. */
export function mostRate({ counts, knownMs }: Arrivals, serviceMs: number): number {
  const last = spanFor(serviceMs);
  const count = counts[last] ?? 0;
  // At first only a part of the span is known.
  const countedMs = spanAt(last) * (1 - Math.exp(-knownMs / spanAt(last)));
  return countedMs === 0 ? 0 : (count + deviation(count)) / countedMs;
}

/** The first span that is as long, and not shorter than another. */
function spanFor(ms: number, leastMs = USUAL_MS): number {
  const found = SPANS_MS.findIndex((spanMs) => spanMs >= leastMs && spanMs >= ms);
  return found < 0 ? SPANS_MS.length - 1 : found;
}

/** What came during a span was spread over it, so its first part has decayed already. */
function spread(spans: number, kept: number): number {
  return spans < 1e-6 ? 1 : (1 - kept) / spans;
}

/** Of a decayed count of events that come at random: its variance is half its mean. */
function deviation(count: number): number {
  return Math.sqrt(count / 2);
}

function spanAt(index: number): number {
  return SPANS_MS[index] ?? USUAL_MS;
}
