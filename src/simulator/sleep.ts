import type { Clock } from '../runtime/clock.ts';

/** A stage that takes a time and computes nothing. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}
