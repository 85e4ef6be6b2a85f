import { FlowError } from '../../errors/flow-error.ts';

/** The bytes of all bodies being read or run, which share one limit: many small requests cost as much as a large one. */
export class ByteBudget {
  readonly #limit: number;
  #inFlight = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Takes bytes, to be given back; BYTES_IN_FLIGHT, and nothing taken, when too few are left. */
  take(bytes: number): void {
    if (this.#inFlight + bytes > this.#limit) {
      throw new FlowError(
        'BYTES_IN_FLIGHT',
        `the requests under way hold ${this.#inFlight} of ${this.#limit} bytes, the limit maxBytesInFlight`,
        {
          retryAfterMs: 1000,
        },
      );
    }
    this.#inFlight += bytes;
  }

  giveBack(bytes: number): void {
    this.#inFlight -= bytes;
  }
}
