import type { Waiting } from '../pool/scalable-pool.ts';
import type { Batcher } from './batcher.ts';

/** About so many calls are remembered. */
const CALLS_REMEMBERED = 8;

/** Rows that wait to be put together into calls of one pool, which that has not seen yet. */
export class Gathering {
  readonly #batchers: Batcher[] = [];
  #rowsPerCall = 1;

  add(batcher: Batcher): void {
    this.#batchers.push(batcher);
  }

  /** A call has been made of so many rows. */
  called(rows: number): void {
    this.#rowsPerCall += (rows - this.#rowsPerCall) / CALLS_REMEMBERED;
  }

  /** As many calls as would be made of it now. */
  waiting(nowMs: number): Waiting {
    const lines = this.#batchers.map(({ waiting }) => waiting);
    const rows = lines.reduce((sum, line) => sum + line.rows, 0);
    const oldestMs = Math.min(...lines.map((line) => line.oldestMs));
    return { calls: rows / this.#rowsPerCall, oldestWaitMs: rows === 0 ? 0 : nowMs - oldestMs };
  }

  /** The pool may take more. */
  resume(): void {
    for (const batcher of this.#batchers) batcher.resume();
  }
}
