import type { RunTimes } from './run-times.ts';

/** Before this many calls are known nothing is hedged: what is slow cannot be told from what is usual. */
export const ENOUGH_CALLS = 50;
/** The delay is worked out again after so many calls, since a distribution changes slowly and asking it costs. */
const CALLS_PER_DELAY = 32;
/** The share of the budget that the delay aims at. With all of it the account would often be empty, and a copy refused is a slow call. */
const AIM = 0.85;
/** So many copies a quiet time can save for: a slow spell makes no more at once. */
const SAVED_COPIES = 20;
/** The weight of one more call or copy in what they compute on average. */
const LEARNING = 0.02;

/**
 * When a call of one stage gets a copy: after the least delay that so few calls exceed that their copies stay within the budget, a share of
 * what the calls would compute by themselves. An earlier copy shortens every quantile more, so the least delay is the best. An account keeps the budget
 * besides: calls pay in as they run and copies draw, so that a slow spell, in which all calls exceed the delay, cannot double the load.
 * Source: Dean and Barroso, The Tail at Scale (CACM 2013); the account is a token bucket of milliseconds.
 */
export class Hedging {
  readonly #budget: number;
  readonly #times: RunTimes;
  #calls = 0;
  #callMs = 0;
  /** A copy mostly ends with its race, before it has computed as much as a call; where it cannot be ended it computes all of that. */
  #copyShare = 1;
  #savedMs = 0;
  #delayMs = Number.POSITIVE_INFINITY;
  #callsToDelay = 0;

  constructor(budget: number, times: RunTimes) {
    this.#budget = budget;
    this.#times = times;
  }

  /** After how long a call that starts now gets a copy; infinite for never. */
  delayMs(): number {
    if (this.#times.calls < ENOUGH_CALLS) return Number.POSITIVE_INFINITY;
    if (this.#callsToDelay-- <= 0) {
      this.#callsToDelay = CALLS_PER_DELAY;
      this.#delayMs = this.#times.exceededBy(Math.min(1, (AIM * this.#budget) / this.#copyShare));
    }
    return this.#delayMs;
  }

  /** Draws for one copy what it is expected to compute, which `copied` is told with what it has; null where too little is saved. */
  draw(): number | null {
    const expectedMs = this.#copyShare * this.#callMs;
    if (this.#savedMs < expectedMs) return null;
    this.#savedMs -= expectedMs;
    return expectedMs;
  }

  /** A call itself has run so long; one that was cut off would have gone on, and pays in what it would have computed. */
  called(ranMs: number, isDone: boolean): void {
    const ms = isDone ? ranMs : this.#times.meanBeyond(ranMs);
    this.#calls++;
    this.#callMs += (ms - this.#callMs) * Math.max(LEARNING, 1 / this.#calls);
    const mostMs = SAVED_COPIES * this.#copyShare * this.#callMs;
    this.#savedMs = Math.min(this.#savedMs + this.#budget * ms, mostMs);
  }

  /** A copy has run so long, for which so much was drawn. */
  copied(ms: number, drawnMs: number): void {
    this.#savedMs += drawnMs - ms;
    if (this.#callMs > 0) this.#copyShare += (ms / this.#callMs - this.#copyShare) * LEARNING;
  }
}
