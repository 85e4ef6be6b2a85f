import { exponential, type Random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Times at which requests arrive, in ms, ascending and without end. */
export type Arrivals = Iterator<number>;

/** Many users who do not know of each other. */
export function* poissonArrivals(random: Random, perSecond: number, startMs = 0): Generator<number, never> {
  const meanMs = 1000 / perSecond;
  for (let atMs = startMs; ; ) {
    atMs += exponential(random, meanMs);
    yield atMs;
  }
}

export interface Bursts {
  readonly quietPerSecond: number;
  readonly burstPerSecond: number;
  /** How long it is quiet, and how long a burst lasts, on average. */
  readonly quietMs: number;
  readonly burstMs: number;
}

/** A Poisson process whose rate switches between two at random: a Markov modulated one. */
export function* burstyArrivals(random: Random, bursts: Bursts, startMs = 0): Generator<number, never> {
  let isBurst = false;
  let atMs = startMs;
  let switchMs = startMs + exponential(random, bursts.quietMs);
  for (;;) {
    const nextMs = atMs + exponential(random, 1000 / (isBurst ? bursts.burstPerSecond : bursts.quietPerSecond));
    if (nextMs <= switchMs) {
      atMs = nextMs;
      yield atMs;
      continue;
    }
    // An exponential wait has no memory, so it may begin anew where the rate changes.
    atMs = switchMs;
    isBurst = !isBurst;
    switchMs += exponential(random, isBurst ? bursts.burstMs : bursts.quietMs);
  }
}

/** A Poisson process whose rate follows a curve that never exceeds `highestPerSecond`. Source: Lewis and Shedler (1979), thinning. */
export function* varyingArrivals(
  random: Random,
  perSecondAt: (atMs: number) => number,
  highestPerSecond: number,
  startMs = 0,
): Generator<number, never> {
  for (const atMs of poissonArrivals(random, highestPerSecond, startMs)) {
    if (random() * highestPerSecond < perSecondAt(atMs)) yield atMs;
  }
  throw new RangeError('a Poisson process has ended');
}

export interface Day {
  readonly lowPerSecond: number;
  readonly highPerSecond: number;
  /** Default 24 hours. */
  readonly dayMs?: number;
}

/** The load of a day: least at its beginning and end, most in its middle. */
export function dayArrivals(random: Random, { lowPerSecond, highPerSecond, dayMs = 86_400_000 }: Day): Generator<number, never> {
  const swing = (highPerSecond - lowPerSecond) / 2;
  return varyingArrivals(random, (atMs) => lowPerSecond + swing * (1 - Math.cos((2 * Math.PI * atMs) / dayMs)), highPerSecond);
}

/** Calls back at each arrival before `untilMs`, with its number, arming one alarm at a time. */
export function arrive(clock: VirtualClock, arrivals: Arrivals, untilMs: number, onArrival: (index: number) => void): void {
  const next = (index: number): void => {
    const { value: atMs, done } = arrivals.next();
    if (done === true || atMs >= untilMs) return;
    clock.after(atMs - clock.now(), () => {
      onArrival(index);
      next(index + 1);
    });
  };
  next(0);
}
