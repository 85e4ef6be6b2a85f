import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../runtime/clock.ts';
import type { Outcome } from './measurement.ts';

/** Sends one request and gives the code of its error, or undefined once it is answered. */
export type Send = () => Promise<string | undefined>;

interface LoadOptions {
  readonly send: Send;
  readonly clock: Clock;
  readonly startMs: number;
  readonly durationMs: number;
  readonly onOutcome: (outcome: Outcome) => void;
  /** Ends the load early, without waiting for what is under way. */
  readonly signal: AbortSignal;
}

/** So many callers, each of whom sends its next request when the last one is answered. Settles when all are done. */
export async function closedLoop(
  callers: number,
  { send, clock, startMs: beginMs, durationMs, onOutcome, signal }: LoadOptions,
): Promise<void> {
  const endMs = beginMs + durationMs;
  let turnMs = clock.now();
  const call = async (): Promise<void> => {
    for (let startMs = clock.now(); startMs < endMs && !signal.aborted; startMs = clock.now()) {
      const code = await send();
      const doneMs = clock.now();
      onOutcome({ intendedMs: startMs, endMs: doneMs, code });
      // A pipeline without a promise would keep the event loop, and Ctrl-C would not be heard.
      if (doneMs - turnMs <= TURN_MS) continue;
      turnMs = doneMs;
      await nextTurn();
    }
  };
  await orAborted(Promise.all(Array.from({ length: callers }, call)), signal);
}
const TURN_MS = 10;

/**
 * Callers who send when they want to, whether or not others are answered yet: the gaps say when. A request is late from the time it
 * was meant to be sent, so that a server which stops for a second is charged for all whom it kept waiting.
 */
export async function openLoop(gaps: () => number, { send, clock, startMs, durationMs, onOutcome, signal }: LoadOptions): Promise<void> {
  const underWay = new Set<Promise<void>>();
  for (let intendedMs = startMs + gaps(); intendedMs < startMs + durationMs && !signal.aborted; intendedMs += gaps()) {
    await until(clock, intendedMs, signal);
    if (signal.aborted) break;
    const meantMs = intendedMs;
    const sent = send().then((code) => {
      onOutcome({ intendedMs: meantMs, endMs: clock.now(), code });
      underWay.delete(sent);
    });
    underWay.add(sent);
  }
  await orAborted(Promise.all(underWay), signal);
}

/** Timers are a millisecond late or two, which would be a latency: the last of the way is gone turn by turn. One turn at least, so that answers are heard. */
async function until(clock: Clock, timeMs: number, signal: AbortSignal): Promise<void> {
  const sleepMs = timeMs - clock.now() - TIMER_MS;
  if (sleepMs > 0) await orAborted(new Promise<void>((resolve) => void clock.after(sleepMs, resolve)), signal);
  do await nextTurn();
  while (clock.now() < timeMs && !signal.aborted);
}
const TIMER_MS = 2;

function orAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(stop, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
