/**
 * Whether calls to a server may be made: `closed` while it answers; `open` once it has failed too often in a row, until a time; then
 * one call is the probe that decides which of the two comes next, and another where that one has no answer for long. Source: circuit breaker, Nygard, Release It! (2007).
 */
export type Breaker =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly untilMs: number; readonly openings: number }
  | { readonly kind: 'probing'; readonly openings: number; readonly sinceMs: number };

/** What makes a breaker open, and for how long. */
export interface BreakerPolicy {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** For how long it is open the first time; twice as long after each probe that fails. */
  readonly firstOpenMs: number;
  readonly maxOpenMs: number;
}

export const breakerPolicy: BreakerPolicy = { failures: 5, firstOpenMs: 500, maxOpenMs: 30_000 };

export const closed: Breaker = Object.freeze({ kind: 'closed', failures: 0 });

/** The state in which a call may be made now, the call's own probe included; null where it may not. */
export function admit(breaker: Breaker, nowMs: number, { maxOpenMs } = breakerPolicy): Breaker | null {
  switch (breaker.kind) {
    case 'closed':
      return breaker;
    case 'open':
      return nowMs >= breaker.untilMs ? { kind: 'probing', openings: breaker.openings, sinceMs: nowMs } : null;
    case 'probing':
      return nowMs >= breaker.sinceMs + maxOpenMs ? { ...breaker, sinceMs: nowMs } : null;
  }
}

/** After an answer, also to a call that was made before the breaker opened: the server is there. */
export function afterAnswer(): Breaker {
  return closed;
}

/** After a call that the server did not answer. `random` is between 0 and 1: servers that fail together are not probed together. */
export function afterFailure(breaker: Breaker, nowMs: number, random: number, policy = breakerPolicy): Breaker {
  switch (breaker.kind) {
    case 'closed': {
      const failures = breaker.failures + 1;
      return failures < policy.failures ? { kind: 'closed', failures } : opened(1, nowMs, random, policy);
    }
    case 'probing':
      return opened(breaker.openings + 1, nowMs, random, policy);
    case 'open':
      return breaker;
  }
}

/** After a call of which nobody knows: it was given up by its caller. A probe leaves its turn to the next call. */
export function afterNothing(breaker: Breaker, nowMs: number): Breaker {
  return breaker.kind === 'probing' ? { kind: 'open', untilMs: nowMs, openings: breaker.openings } : breaker;
}

function opened(openings: number, nowMs: number, random: number, { firstOpenMs, maxOpenMs }: BreakerPolicy): Breaker {
  const forMs = Math.min(maxOpenMs, firstOpenMs * 2 ** (openings - 1));
  return { kind: 'open', untilMs: nowMs + forMs * (0.5 + random / 2), openings };
}
