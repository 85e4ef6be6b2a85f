import type { FlowError } from '../../errors/flow-error.ts';
import { type BatchSituation, chooseBatch, isWorthAThought, leastMsFor } from '../../scheduling/batch-size.ts';
import { LatencyModel } from '../../scheduling/latency-model.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Clock } from '../clock.ts';
import type { StageMeter } from '../counters.ts';
import { andThen, isPromise, type Maybe } from '../maybe.ts';
import { type RequestScope, withJointScope } from '../request-scope.ts';
import { type Batch, BatchLine, type Entry, Part } from './batch-line.ts';
import type { Seat, Turns } from './turns.ts';

/** When a call has begun. */
export interface CallTiming {
  /** When it was made, unless what computes it had others before it and says when it began. */
  beganMs: number;
}

/** One call of a stage that takes several rows, for one request or several in one scope. */
export type BatchCall = (rows: readonly AnyRow[], scope: RequestScope, timing: CallTiming) => Maybe<readonly AnyRow[]>;

/** What a batcher tells of its calls, and of what waited for them. Calls that repeat a failed one are not `sent`. */
export type BatcherMeter = Pick<StageMeter, 'called' | 'failed' | 'blocked' | 'sent' | 'waited'>;

export interface BatcherOptions {
  readonly call: BatchCall;
  readonly maxBatch: number;
  /** Rows with different keys never share a call; undefined: all may. */
  readonly keyOf?: ((row: AnyRow) => string) | undefined;
  /** The error of one request from what a call threw. */
  readonly failure: (cause: unknown, scope: RequestScope) => FlowError;
  /** The error of a request whose deadline is too near for any call. */
  readonly late: () => FlowError;
  /** Whether a failed call may be repeated for each of its requests alone. */
  readonly mayRepeat: boolean;
  readonly clock: Clock;
  readonly meter: BatcherMeter;
  /** How many calls may be under way at a time (default 1); one where they take turns. */
  readonly concurrency?: number | undefined;
  /** How many of these compute at a time, where others lie behind them (default all). */
  readonly servers?: number | undefined;
  /** Where calls compute on this thread, and so wait for each other. */
  readonly turns?: Turns | undefined;
}

/** Rows of more keys than these share what is known of the last. */
const MODELS = 32;
/** To hand over a call and its answer takes a part of a millisecond: a call that is shorter than this is worth having the next behind it. */
const SHORT_MS = 2;
/** The rate of arrivals is one of about so many of them. */
const ARRIVALS_REMEMBERED = 32;

/**
 * One call at a time, or as many as `concurrency` says. What arrives when another may start is called at once; what arrives while none
 * may waits, and goes by its deadline when one may, rows of several requests in one call: how many is what `chooseBatch` says by what calls
 * have taken so far. Each row carries where its result belongs, so no request can be given another's. A failed call of several
 * requests is repeated request by request.
 *
 * Where calls take turns, calls are made up when the turn has come, and it lasts until all that waited then is called.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #line = new BatchLine();
  readonly #model = new LatencyModel();
  readonly #models = new Map<string, LatencyModel>();
  readonly #seat: Seat | undefined;
  /** Calls under way. */
  #running = 0;
  /** Turns that have begun. */
  #turn = 0;
  #lastArrivalMs = Number.NEGATIVE_INFINITY;
  /** Between two requests. */
  #gapMs = Number.POSITIVE_INFINITY;
  /** When the last call ended, and how long it took. */
  #endMs = 0;
  #lastCallMs = 0;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#seat = options.turns?.seat(() => this.#serve());
  }

  /** The results of one request's rows, in their order; a value when every call was synchronous. */
  run(rows: readonly AnyRow[], scope: RequestScope, nowMs = this.#options.clock.now()): Maybe<readonly AnyRow[]> {
    if (rows.length === 0) return [];
    this.#arrive(nowMs);
    if (this.#line.length === 0 && this.#seat === undefined && this.#mayStart()) {
      const key = this.#keyOfAll(rows);
      if (key !== undefined && this.#goesWhole(rows.length, key)) return this.#callAlone(rows, key, { scope, nowMs });
    }
    const entry = entryOf(rows, scope);
    this.#enter(entry, rows, nowMs);
    if (this.#seat === undefined) this.#pump(nowMs);
    else this.#seat.ask();
    return this.#outcome(entry);
  }

  /** What waits for a call. */
  get waiting(): Pick<BatchLine, 'rows' | 'oldestMs'> {
    return this.#line;
  }

  /** More calls may be under way than before. */
  resume(): void {
    if (this.#seat === undefined && this.#line.length > 0) this.#pump(this.#options.clock.now());
  }

  #arrive(nowMs: number): void {
    const gapMs = nowMs - this.#lastArrivalMs;
    this.#lastArrivalMs = nowMs;
    this.#gapMs = this.#gapMs === Number.POSITIVE_INFINITY ? gapMs : this.#gapMs + (gapMs - this.#gapMs) / ARRIVALS_REMEMBERED;
  }

  #enter(entry: Entry, rows: readonly AnyRow[], nowMs: number): void {
    const { keyOf } = this.#options;
    const came = { arrivedMs: nowMs, turn: this.#turn };
    for (const [key, indexes] of keyOf === undefined ? ONE_KEY : indexesByKey(rows, keyOf)) {
      this.#line.add(new Part(entry, rows, { key, indexes, ...came }));
    }
  }

  /** Undefined where they have several. */
  #keyOfAll(rows: readonly AnyRow[]): string | undefined {
    const { keyOf } = this.#options;
    if (keyOf === undefined) return '';
    const key = keyOf(rows[0] as AnyRow);
    for (let i = 1; i < rows.length; i++) if (keyOf(rows[i] as AnyRow) !== key) return undefined;
    return key;
  }

  #goesWhole(rows: number, key: string): boolean {
    return rows === 1 || (rows <= this.#options.maxBatch && !isWorthAThought(rows, this.#modelOf(key)));
  }

  /** What lies behind another call begins later than it is chosen for, and without what comes meanwhile: only short ones are worth it. */
  #mayStart(): boolean {
    const { concurrency = 1, servers = concurrency } = this.#options;
    return this.#running < (this.#lastCallMs < SHORT_MS ? concurrency : servers);
  }

  /** What most calls are, with as little as there can be around it: one request goes in one call, and nothing else waits. */
  #callAlone(rows: readonly AnyRow[], key: string, { scope, nowMs }: { scope: RequestScope; nowMs: number }): Maybe<readonly AnyRow[]> {
    const { call, meter, maxBatch } = this.#options;
    meter.waited(0);
    meter.sent(rows.length === maxBatch ? 'full' : 'idle', rows.length);
    const timing = { beganMs: nowMs };
    let results: Maybe<readonly AnyRow[]>;
    try {
      results = call(rows, scope, timing);
    } catch (error) {
      throw this.#failed(error, scope);
    }
    if (!isPromise(results)) {
      this.#called(key, rows.length, { nowMs, timing }, scope);
      return results;
    }
    const entry = entryOf(rows, scope);
    const batch = { key, rows: [...rows], entries: rows.map(() => entry), indexes: rows.map((_, i) => i) };
    this.#run(this.#later(batch, results, { nowMs, timing, scopes: [scope] }));
    return this.#outcome(entry);
  }

  #outcome(entry: Entry): Maybe<readonly AnyRow[]> {
    if (isSettled(entry)) {
      if (entry.error !== undefined) throw entry.error;
      return entry.results;
    }
    return new Promise((resolve, reject) => {
      const unsubscribe = entry.scope.onEnd((reason) => this.#fail(entry, reason));
      const finish = (): void => {
        unsubscribe();
        if (entry.error === undefined) resolve(entry.results);
        else reject(entry.error);
      };
      entry.settle = finish;
      if (isSettled(entry)) finish();
    });
  }

  #pump(nowMs: number): void {
    for (let atMs = nowMs; this.#mayStart(); atMs = this.#endMs) {
      const batch = this.#take(atMs);
      if (batch === undefined) return;
      const running = this.#callBatch(batch, atMs);
      if (!isPromise(running)) continue;
      this.#run(running);
      this.#endMs = atMs;
    }
  }

  #run(call: PromiseLike<void>): void {
    this.#running++;
    const next = (): void => {
      this.#running--;
      if (this.#line.length > 0) this.#pump(this.#options.clock.now());
    };
    call.then(next, next);
  }

  /** Gives how many requests waited. */
  #serve(): Maybe<number> {
    const requests = this.#line.requests();
    this.#turn++;
    return andThen(this.#callTurn(this.#line.rowsFromBefore(this.#turn)), () => requests);
  }

  /** What comes during the turn may share its calls, and go first where its deadline is earlier, but does not prolong it. */
  #callTurn(rows: number): Maybe<void> {
    for (let left = rows; left > 0 && this.#line.hasFromBefore(this.#turn); ) {
      const nowMs = this.#options.clock.now();
      const batch = this.#take(nowMs);
      if (batch === undefined) return;
      left -= batch.rows.length;
      const running = this.#callBatch(batch, nowMs);
      const rest = left;
      if (isPromise(running)) return running.then(() => this.#callTurn(rest));
    }
  }

  /** The rows of the next call. */
  #take(nowMs: number): Batch | undefined {
    this.#giveUpLate(nowMs);
    const { first } = this.#line;
    if (first === undefined) return undefined;
    const { meter } = this.#options;
    const choice = chooseBatch(
      { ...this.#service, arrivalRate: this.#arrivalRate, waiting: this.#line.alike(), nowMs },
      this.#modelOf(first.key),
    );
    const batch = this.#line.take(choice.rows, choice.doneMs, ({ arrivedMs }) => meter.waited(nowMs - arrivedMs));
    meter.sent(choice.reason, batch.rows.length);
    return batch;
  }

  get #service(): Pick<BatchSituation, 'maxBatch' | 'servers'> {
    const { maxBatch, concurrency = 1, servers = concurrency } = this.#options;
    return { maxBatch, servers };
  }

  get #arrivalRate(): number {
    return 1 / Math.max(this.#gapMs, 1e-3);
  }

  /** What the calls of so many rows take on average. */
  #meanMs(rows: number, model: LatencyModel): number {
    const { maxBatch } = this.#options;
    return Math.ceil(rows / maxBatch) * model.rememberedMs(Math.min(rows, maxBatch));
  }

  /** Who has waited and cannot be in time any more would only take the time of others. Who comes when nothing runs is tried: what is known may be old. */
  #giveUpLate(nowMs: number): void {
    for (let { first } = this.#line; first !== undefined && first.arrivedMs < nowMs; first = this.#line.first) {
      const model = this.#modelOf(first.key);
      if (nowMs + this.#meanMs(first.left, model) <= first.deadlineMs) return;
      const rowRate = (this.#arrivalRate * this.#line.rows) / this.#line.length;
      const leastMs = leastMsFor(first.left, { ...this.#service, rowRate }, model);
      if (nowMs + leastMs <= first.deadlineMs) return;
      this.#fail(first.entry, this.#options.late());
    }
  }

  #modelOf(key: string): LatencyModel {
    if (this.#options.keyOf === undefined) return this.#model;
    const known = this.#models.get(key);
    if (known !== undefined) return known;
    if (this.#models.size >= MODELS) return this.#model;
    const model = new LatencyModel();
    this.#models.set(key, model);
    return model;
  }

  /** Calls the stage and hands the results apart; never throws, and is a promise only when the call is. */
  #callBatch(batch: Batch, nowMs: number): Maybe<void> {
    const scopes = [...new Set(batch.entries.map(({ scope }) => scope))];
    try {
      return withJointScope(scopes, (scope) => {
        const timing = { beganMs: nowMs };
        const results = this.#options.call(batch.rows, scope, timing);
        if (isPromise(results)) return this.#later(batch, results, { nowMs, timing, scopes });
        this.#called(batch.key, batch.rows.length, { nowMs, timing }, scope);
        deliver(batch, results);
      });
    } catch (error) {
      return this.#spoiled(batch, scopes, error);
    }
  }

  #later(
    batch: Batch,
    results: PromiseLike<readonly AnyRow[]>,
    underWay: CallUnderWay & { readonly scopes: readonly RequestScope[] },
  ): PromiseLike<void> {
    this.#options.meter.blocked(this.#options.clock.now() - underWay.nowMs);
    return results.then(
      (rows) => {
        this.#called(batch.key, batch.rows.length, underWay, undefined);
        deliver(batch, rows);
      },
      (error: unknown) => this.#spoiled(batch, underWay.scopes, error),
    );
  }

  #called(key: string, rows: number, { nowMs, timing }: CallUnderWay, scope: RequestScope | undefined): void {
    const endMs = this.#options.clock.now();
    this.#endMs = endMs;
    // Nothing has waited, so the next stage starts where this one ends.
    if (scope !== undefined) scope.nowMs = endMs;
    this.#options.meter.called(rows, endMs - nowMs, scope !== undefined);
    this.#lastCallMs = endMs - timing.beganMs;
    this.#modelOf(key).learn(rows, this.#lastCallMs);
  }

  #failed(cause: unknown, scope: RequestScope): FlowError {
    this.#options.meter.failed();
    return this.#options.failure(cause, scope);
  }

  #spoiled(batch: Batch, scopes: readonly RequestScope[], cause: unknown): Maybe<void> {
    this.#options.meter.failed();
    this.#endMs = this.#options.clock.now();
    if (scopes.length > 1 && this.#options.mayRepeat) return this.#repeatEach(batch, scopes);
    for (const entry of new Set(batch.entries)) this.#fail(entry, this.#options.failure(cause, entry.scope));
  }

  async #repeatEach(batch: Batch, scopes: readonly RequestScope[]): Promise<void> {
    for (const scope of scopes) {
      if (scope.reason === undefined) await this.#callBatch(batchOf(batch, scope), this.#options.clock.now());
    }
  }

  /** The request's other rows need no call any more. */
  #fail(entry: Entry, error: FlowError): void {
    if (isSettled(entry)) return;
    entry.error = error;
    this.#line.remove(entry);
    entry.settle?.();
  }
}

interface CallUnderWay {
  /** When it was made. */
  readonly nowMs: number;
  readonly timing: CallTiming;
}

const ONE_KEY: readonly (readonly [string, undefined])[] = [['', undefined]];

function indexesByKey(rows: readonly AnyRow[], keyOf: (row: AnyRow) => string): ReadonlyMap<string, readonly number[]> {
  const byKey = new Map<string, number[]>();
  for (let i = 0; i < rows.length; i++) {
    const key = keyOf(rows[i] as AnyRow);
    const indexes = byKey.get(key);
    if (indexes === undefined) byKey.set(key, [i]);
    else indexes.push(i);
  }
  return byKey;
}

function entryOf(rows: readonly AnyRow[], scope: RequestScope): Entry {
  return { scope, results: new Array<AnyRow>(rows.length), missing: rows.length, error: undefined, settle: undefined };
}

function deliver({ entries, indexes }: Batch, results: readonly AnyRow[]): void {
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as Entry;
    entry.results[indexes[i] as number] = results[i] as AnyRow;
    entry.missing--;
    if (entry.missing === 0) entry.settle?.();
  }
}

function isSettled(entry: Entry): boolean {
  return entry.missing === 0 || entry.error !== undefined;
}

/** What one request has in a batch. */
function batchOf({ key, rows, entries, indexes }: Batch, scope: RequestScope): Batch {
  const own = [...entries.keys()].filter((i) => (entries[i] as Entry).scope === scope);
  return {
    key,
    rows: own.map((i) => rows[i] as AnyRow),
    entries: own.map((i) => entries[i] as Entry),
    indexes: own.map((i) => indexes[i] as number),
  };
}
