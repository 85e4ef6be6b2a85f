/** What came of one attempt that may be worth another. */
export interface Attempt {
  /** How many attempts have been made, this one included. */
  readonly made: number;
  /** Whether any byte of the request may have reached the server. */
  readonly isSent: boolean;
  /** What the server asked to wait; undefined when it did not say. */
  readonly retryAfterMs: number | undefined;
}

/** What bounds the attempts of one call. */
export interface RetryContext {
  /** Whether a call changes something, so that one that may have been done is not done again. */
  readonly effects: boolean;
  /** How much time the call has left. */
  readonly remainingMs: number;
  /** Between 0 and 1. */
  readonly random: number;
}

/** Attempts of one call at most: who is not there after three pauses is not there within the time of a request. */
export const MAX_ATTEMPTS = 4;
const FIRST_MS = 25;
const MAX_MS = 1000;

/**
 * How long to wait before a call is tried again; null where it is not. The pause is random between nothing and a bound that doubles,
 * so that calls which failed together do not come together again. Source: full jitter, Brooker, AWS Architecture Blog (2015).
 * Not with effects, unless nothing was sent; not where the time that is left would pass.
 */
export function retryDelayMs({ made, isSent, retryAfterMs }: Attempt, { effects, remainingMs, random }: RetryContext): number | null {
  if (made >= MAX_ATTEMPTS || (effects && isSent)) return null;
  const jitterMs = random * Math.min(MAX_MS, FIRST_MS * 2 ** (made - 1));
  const delayMs = (retryAfterMs ?? 0) + jitterMs;
  return delayMs < remainingMs ? delayMs : null;
}

/** The milliseconds of a header Retry-After, which is in seconds or a date; undefined for anything else. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS);
}
/** Many digits are an infinity, which no timer and no header of ours can hold. */
const MAX_RETRY_AFTER_MS = 86_400_000;
