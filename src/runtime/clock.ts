/** Time, passed in wherever it matters. */
export interface Clock {
  /** Milliseconds since the epoch, with a fraction; never runs backwards. */
  now(): number;
  /** Calls back once after `delayMs`; the function it returns calls it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The longest delay that Node's timers take. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** A getter that costs a fifth of a reading. */
const { timeOrigin } = performance;

export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
};
