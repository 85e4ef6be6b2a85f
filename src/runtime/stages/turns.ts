import { isPromise, type Maybe } from '../maybe.ts';

/** Computes what waits for a turn, and tells how many requests that is; never fails. */
export type Serve = () => Maybe<number>;

/** The place of one who computes, among all that do on the same thread. */
export interface Seat {
  /** Asks for a turn: at once if nobody has it, else when it comes. Once for all that waits then. */
  ask(): void;
}

interface Sitting {
  readonly serve: Serve;
  isWaiting: boolean;
}

/**
 * One at a time computes on a thread. Turns go round in the order of the seats, which is that of the steps, past those for whom nothing
 * waits: what feeds others comes before them, so that they find as much as there is; and as each has its turn in a round, nobody starves.
 */
export class Turns {
  readonly #later: (goOn: () => void) => void;
  readonly #seats: Sitting[] = [];
  #isTaken = false;
  /** Whose turn it is, or was last. */
  #at = 0;

  /** `later` calls back when everything has gone on that needs no turn: the default waits for what other threads have sent, too. */
  constructor(later: (goOn: () => void) => void = setImmediate) {
    this.#later = later;
  }

  /** Takes the seat behind all others. */
  seat(serve: Serve): Seat {
    const at = this.#seats.length;
    const sitting: Sitting = { serve, isWaiting: false };
    this.#seats.push(sitting);
    const ask = (): void => {
      if (this.#isTaken) sitting.isWaiting = true;
      else this.#begin(at, serve);
    };
    return { ask };
  }

  #begin(at: number, serve: Serve): void {
    this.#isTaken = true;
    this.#at = at;
    const served = serve();
    if (isPromise(served)) served.then(this.#end);
    else this.#end(served);
  }

  /** Several requests that go on arrive one by one where they go: the first of them must not have the next turn for itself. */
  readonly #end = (requests: number): void => {
    if (requests > 1 || this.#seats.some(({ isWaiting }) => isWaiting)) this.#later(this.#next);
    else this.#isTaken = false;
  };

  readonly #next = (): void => {
    this.#isTaken = false;
    for (let i = 1; i <= this.#seats.length; i++) {
      const at = (this.#at + i) % this.#seats.length;
      const sitting = this.#seats[at] as Sitting;
      if (!sitting.isWaiting) continue;
      sitting.isWaiting = false;
      this.#begin(at, sitting.serve);
      return;
    }
  };
}
