import type { FlowError } from '../../errors/flow-error.ts';
import type { AnyRow } from '../../schema/column.ts';
import { andThen, isPromise, type Maybe } from '../maybe.ts';
import { type RequestScope, withJointScope } from '../request-scope.ts';
import type { Seat, Turns } from './turns.ts';

/** One call of a stage that takes several rows, for one request or several in one scope. */
export type BatchCall = (rows: readonly AnyRow[], scope: RequestScope) => Maybe<readonly AnyRow[]>;

export interface BatcherOptions {
  readonly call: BatchCall;
  readonly maxBatch: number;
  /** Rows with different keys never share a call. */
  readonly keyOf: (row: AnyRow) => string;
  /** The error of one request from what a call threw. */
  readonly failure: (cause: unknown, scope: RequestScope) => FlowError;
  /** Whether a failed call may be repeated for each of its requests alone. */
  readonly mayRepeat: boolean;
  /** How many calls may be under way at a time (default 1); one where they take turns. */
  readonly concurrency?: number | undefined;
  /** Where calls compute on this thread, and so wait for each other. */
  readonly turns?: Turns | undefined;
}

/** The rows of one request on their way through a stage. */
interface Entry {
  readonly scope: RequestScope;
  readonly results: AnyRow[];
  missing: number;
  error: FlowError | undefined;
  settle: (() => void) | undefined;
}

interface WaitingRow {
  readonly row: AnyRow;
  readonly key: string;
  readonly entry: Entry;
  readonly index: number;
  /** How many turns had begun when it came. */
  readonly turn: number;
}

/**
 * One call at a time, or as many as `concurrency` says. What arrives when another may start is called at once; what arrives while
 * none may waits and goes together, rows of several requests in one call, in the order of arrival. Each row carries where its result belongs, so no
 * request can be given another's. A failed call of several requests is repeated request by request.
 *
 * Where calls take turns, calls are made up when the turn has come, and it lasts until all that waited then is called.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  #waiting: WaitingRow[] = [];
  /** Calls under way. */
  #running = 0;
  /** Turns that have begun. */
  #turn = 0;
  readonly #seat: Seat | undefined;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#seat = options.turns?.seat(() => this.#serve());
  }

  /** The results of one request's rows, in their order; a value when every call was synchronous. */
  run(rows: readonly AnyRow[], scope: RequestScope): Maybe<readonly AnyRow[]> {
    const entry: Entry = { scope, results: new Array<AnyRow>(rows.length), missing: rows.length, error: undefined, settle: undefined };
    rows.forEach((row, index) => {
      this.#waiting.push({ row, key: this.#options.keyOf(row), entry, index, turn: this.#turn });
    });
    if (this.#seat === undefined) this.#pump();
    else if (rows.length > 0) this.#seat.ask();
    if (isSettled(entry)) return outcome(entry);
    return new Promise((resolve, reject) => {
      const unsubscribe = scope.onEnd((reason) => this.#fail(entry, reason));
      const finish = (): void => {
        unsubscribe();
        if (entry.error === undefined) resolve(entry.results);
        else reject(entry.error);
      };
      entry.settle = finish;
      if (isSettled(entry)) finish();
    });
  }

  #pump(): void {
    const { concurrency = 1 } = this.#options;
    while (this.#running < concurrency && this.#waiting.length > 0) {
      const batch = this.#take();
      const running = this.#callBatch(batch);
      if (!isPromise(running)) continue;
      this.#running++;
      const next = (): void => {
        this.#running--;
        this.#pump();
      };
      running.then(next, next);
    }
  }

  /** Gives how many requests waited. */
  #serve(): Maybe<number> {
    const requests = new Set(this.#waiting.map(({ entry }) => entry)).size;
    this.#turn++;
    return andThen(this.#callAll(), () => requests);
  }

  /** What comes during the turn may share its calls, but does not prolong it. */
  #callAll(): Maybe<void> {
    for (let first = this.#waiting[0]; first !== undefined && first.turn < this.#turn; first = this.#waiting[0]) {
      const running = this.#callBatch(this.#take());
      if (isPromise(running)) return running.then(() => this.#callAll());
    }
  }

  /** The first rows that wait and may share a call. What follows the last of them is not looked at: many rows may wait for calls of a few. */
  #take(): readonly WaitingRow[] {
    const { maxBatch } = this.#options;
    const waiting = this.#waiting;
    const key = waiting[0]?.key;
    const batch: WaitingRow[] = [];
    const passed: WaitingRow[] = [];
    let at = 0;
    for (; at < waiting.length && batch.length < maxBatch; at++) {
      const next = waiting[at] as WaitingRow;
      (next.key === key ? batch : passed).push(next);
    }
    if (passed.length === 0) waiting.splice(0, at);
    else this.#waiting = passed.concat(waiting.slice(at));
    return batch;
  }

  /** Calls the stage and hands the results apart; never throws, and is a promise only when the call is. */
  #callBatch(batch: readonly WaitingRow[]): Maybe<void> {
    const scopes = [...new Set(batch.map(({ entry }) => entry.scope))];
    const deliver = (results: readonly AnyRow[]): void => {
      batch.forEach(({ entry, index }, i) => {
        entry.results[index] = results[i] as AnyRow;
        entry.missing--;
        if (entry.missing === 0) entry.settle?.();
      });
    };
    const fail = (cause: unknown): Maybe<void> => {
      if (scopes.length > 1 && this.#options.mayRepeat) return this.#repeatEach(batch, scopes);
      for (const { entry } of batch) this.#fail(entry, this.#options.failure(cause, entry.scope));
    };
    const rows = batch.map(({ row }) => row);
    try {
      const results = withJointScope(scopes, (scope) => this.#options.call(rows, scope));
      return isPromise(results) ? results.then(deliver, fail) : deliver(results);
    } catch (error) {
      return fail(error);
    }
  }

  async #repeatEach(batch: readonly WaitingRow[], scopes: readonly RequestScope[]): Promise<void> {
    for (const scope of scopes) {
      if (scope.reason === undefined) await this.#callBatch(batch.filter(({ entry }) => entry.scope === scope));
    }
  }

  /** The request's other rows need no call any more. */
  #fail(entry: Entry, error: FlowError): void {
    if (isSettled(entry)) return;
    entry.error = error;
    this.#waiting = this.#waiting.filter((waiting) => waiting.entry !== entry);
    entry.settle?.();
  }
}

function isSettled(entry: Entry): boolean {
  return entry.missing === 0 || entry.error !== undefined;
}

function outcome(entry: Entry): readonly AnyRow[] {
  if (entry.error !== undefined) throw entry.error;
  return entry.results;
}
