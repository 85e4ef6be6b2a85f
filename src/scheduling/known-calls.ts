import { Hedging } from './hedging.ts';
import { RunTimes } from './run-times.ts';
import { sizeClassOf } from './size-class.ts';

/** What is known of calls of about one size. */
export interface KnownCalls {
  readonly times: RunTimes;
  readonly hedging: Hedging;
}

/**
 * What is known of the calls of one stage, by their size: a batch that takes longer than a single row is not slow because of that. Each size learns
 * anew, since how time grows with rows is not known, and has the budget of a hedge of what its own calls compute.
 */
export class KnownCallsBySize {
  readonly #budget: number;
  readonly #known: KnownCalls[] = [];

  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Of as many rows, to the next power of two. */
  of(rows: number): KnownCalls {
    const size = sizeClassOf(rows);
    const known = this.#known[size];
    if (known !== undefined) return known;
    const times = new RunTimes();
    const learning = { times, hedging: new Hedging(this.#budget, times) };
    this.#known[size] = learning;
    return learning;
  }
}
