import type { Waiting } from '../pool/scalable-pool.ts';
import type { Batcher } from './batcher.ts';

/** About so many calls are remembered. */
const CALLS_REMEMBERED = 8;

/**
 * Rows that wait to be put together into calls of one pool, which that has not seen yet. They count as the calls that would be made of them: of as
 * many rows as calls have lately, or, where more wait than that, of as many as wait and may share one.
 */
export class Gathering {
  readonly #maxBatch: number;
  readonly #batchers: Batcher[] = [];
  #rowsPerCall = 0;
  #arrivals = 0;

  constructor(maxBatch: number) {
    this.#maxBatch = maxBatch;
  }

  add(batcher: Batcher): void {
    this.#batchers.push(batcher);
  }

  /** So many rows have come. */
  came(rows: number): void {
    this.#arrivals += rows / this.#sharing(this.#rows + rows);
  }

  /** A call has been made of so many rows. */
  called(rows: number): void {
    this.#rowsPerCall = this.#rowsPerCall === 0 ? rows : this.#rowsPerCall + (rows - this.#rowsPerCall) / CALLS_REMEMBERED;
  }

  waiting(nowMs: number): Waiting {
    const rows = this.#rows;
    const oldestMs = Math.min(...this.#batchers.map(({ waiting }) => waiting.oldestMs));
    return { arrivals: this.#arrivals, calls: rows / this.#sharing(rows), oldestWaitMs: rows === 0 ? 0 : nowMs - oldestMs };
  }

  /** The pool may take more. */
  resume(): void {
    for (const batcher of this.#batchers) batcher.resume();
  }

  get #rows(): number {
    return this.#batchers.reduce((sum, { waiting }) => sum + waiting.rows, 0);
  }

  /** How many share a call where so many wait. */
  #sharing(rows: number): number {
    return Math.max(1, this.#rowsPerCall, Math.min(rows, this.#maxBatch));
  }
}
