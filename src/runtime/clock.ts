import { Alarms, type Timer } from './alarms.ts';

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

const now = (): number => timeOrigin + performance.now();
const alarms = new Alarms(now, nodeTimer);

export const systemClock: Clock = { now, after: (delayMs, callback) => alarms.after(Math.max(0, delayMs), callback) };

function nodeTimer(callback: () => void): Timer {
  let timeout: NodeJS.Timeout | undefined;
  let isKept = true;
  return {
    set(delayMs) {
      clearTimeout(timeout);
      timeout = setTimeout(callback, Math.min(Math.ceil(delayMs), MAX_DELAY_MS));
      if (!isKept) timeout.unref();
    },
    keepProcess(isNowKept) {
      isKept = isNowKept;
      if (isKept) timeout?.ref();
      else timeout?.unref();
    },
  };
}
