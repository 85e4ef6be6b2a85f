import type { Clock } from '../clock.ts';

/** How long any of several have been busy, added up. */
export class BusyTime {
  readonly #clock: Clock;
  #busy = 0;
  #totalMs = 0;
  /** Up to when the total has been added up. */
  #sinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.now();
  }

  begin(): void {
    this.#addUp();
    this.#busy++;
  }

  end(): void {
    this.#addUp();
    this.#busy--;
  }

  get totalMs(): number {
    this.#addUp();
    return this.#totalMs;
  }

  #addUp(): void {
    const nowMs = this.#clock.now();
    this.#totalMs += this.#busy * (nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
  }
}
