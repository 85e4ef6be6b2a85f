import type { FlowError } from '../../errors/flow-error.ts';
import type { Waiting } from '../../scheduling/batch-size.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { RequestScope } from '../request-scope.ts';

/** The rows of one request on their way through a stage. */
export interface Entry {
  readonly scope: RequestScope;
  readonly results: AnyRow[];
  missing: number;
  error: FlowError | undefined;
  settle: (() => void) | undefined;
}

/** Those rows of a request that may share a call, while they wait. */
export class Part implements Waiting {
  readonly entry: Entry;
  readonly key: string;
  readonly arrivedMs: number;
  readonly deadlineMs: number;
  /** How many turns had begun when it came. */
  readonly turn: number;
  readonly #rows: readonly AnyRow[];
  /** Where its rows are among those of the request; undefined: they are all. */
  readonly #indexes: readonly number[] | undefined;
  readonly #length: number;
  #taken = 0;

  constructor(
    entry: Entry,
    rows: readonly AnyRow[],
    { key, indexes, arrivedMs, turn }: { key: string; indexes: readonly number[] | undefined; arrivedMs: number; turn: number },
  ) {
    this.entry = entry;
    this.key = key;
    this.arrivedMs = arrivedMs;
    this.deadlineMs = entry.scope.deadlineMs;
    this.turn = turn;
    this.#rows = rows;
    this.#indexes = indexes;
    this.#length = indexes?.length ?? rows.length;
  }

  get left(): number {
    return this.#length - this.#taken;
  }

  get isUntouched(): boolean {
    return this.#taken === 0;
  }

  /** Moves its next rows into a batch. */
  give(count: number, batch: Batch): void {
    const end = Math.min(this.#length, this.#taken + count);
    for (; this.#taken < end; this.#taken++) {
      const index = this.#indexes === undefined ? this.#taken : (this.#indexes[this.#taken] as number);
      batch.rows.push(this.#rows[index] as AnyRow);
      batch.entries.push(this.entry);
      batch.indexes.push(index);
    }
  }
}

/** Rows for one call; for each the request and the index its result belongs to. */
export interface Batch {
  readonly key: string;
  readonly rows: AnyRow[];
  readonly entries: Entry[];
  readonly indexes: number[];
}

/** Who has no deadline, or a far one, is served as if it were this long after they came: those with near ones must not starve them. */
const PATIENCE_MS = 10_000;

/** What waits for a call, the earliest deadline first; those with equal ones as they came. */
export class BatchLine {
  #parts: Part[] = [];

  get first(): Part | undefined {
    return this.#parts[0];
  }

  get length(): number {
    return this.#parts.length;
  }

  get rows(): number {
    return this.#parts.reduce((rows, { left }) => rows + left, 0);
  }

  /** When the first came of those that wait; Infinity where none does. */
  get oldestMs(): number {
    return this.#parts.reduce((oldestMs, { arrivedMs }) => Math.min(oldestMs, arrivedMs), Number.POSITIVE_INFINITY);
  }

  add(part: Part): void {
    const parts = this.#parts;
    const byMs = orderOf(part);
    let at = parts.length;
    while (at > 0 && orderOf(parts[at - 1] as Part) > byMs) at--;
    if (at === parts.length) parts.push(part);
    else parts.splice(at, 0, part);
  }

  /** All that may share a call with the first. */
  alike(): readonly Part[] {
    const key = this.#parts[0]?.key;
    return this.#parts.every((part) => part.key === key) ? this.#parts : this.#parts.filter((part) => part.key === key);
  }

  /**
   * Takes rows out for a call, the first first; passes over whoever would be late when it is done. `onTaken` hears of each whose first
   * rows are taken.
   */
  take(rows: number, doneMs: number, onTaken: (part: Part) => void): Batch {
    const key = this.#parts[0]?.key ?? '';
    const batch: Batch = { key, rows: [], entries: [], indexes: [] };
    const stay: Part[] = [];
    let at = 0;
    for (; at < this.#parts.length && batch.rows.length < rows; at++) {
      const part = this.#parts[at] as Part;
      if (part.key === key && part.deadlineMs >= doneMs) {
        if (part.isUntouched) onTaken(part);
        part.give(rows - batch.rows.length, batch);
      }
      if (part.left > 0) stay.push(part);
    }
    if (stay.length === 0) this.#parts.splice(0, at);
    else this.#parts.splice(0, at, ...stay);
    return batch;
  }

  remove(entry: Entry): void {
    this.#parts = this.#parts.filter((part) => part.entry !== entry);
  }

  requests(): number {
    return new Set(this.#parts.map(({ entry }) => entry)).size;
  }

  /** Whether anybody waits who came before a turn. */
  hasFromBefore(turn: number): boolean {
    return this.#parts.some((part) => part.turn < turn);
  }

  rowsFromBefore(turn: number): number {
    return this.#parts.reduce((rows, part) => (part.turn < turn ? rows + part.left : rows), 0);
  }
}

function orderOf({ deadlineMs, arrivedMs }: Part): number {
  return Math.min(deadlineMs, arrivedMs + PATIENCE_MS);
}
