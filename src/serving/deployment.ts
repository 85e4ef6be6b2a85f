import { FlowError, toFlowError } from '../errors/flow-error.ts';
import type { LogicalPlan } from '../plan/node.ts';
import type { PhysicalPlan } from '../plan/task.ts';
import type { Clock } from '../runtime/clock.ts';
import type { TaskCount } from '../runtime/counters.ts';
import { EmbeddedRuntime } from '../runtime/embedded/embedded-runtime.ts';
import { isInsideThread } from '../runtime/embedded/inside-thread.ts';
import { DurationCounts, type Histogram } from '../runtime/histogram.ts';
import { isPromise, type Maybe } from '../runtime/maybe.ts';
import { deadlineError, RequestScope } from '../runtime/request-scope.ts';
import type { TraceCarrier, Tracing } from '../runtime/request-trace.ts';
import type { Table } from '../runtime/table.ts';
import { Admission, type Expectation } from '../scheduling/admission.ts';
import { type AnyRow, describeValue } from '../schema/column.ts';
import { type RowChecker, rowChecker } from '../schema/row-checker.ts';
import { rowProblem } from '../schema/validate.ts';
import { loadTracing } from '../telemetry/load-tracing.ts';
import { countPool, type PoolCount } from './pool-count.ts';
import type { RequestTotals } from './request-totals.ts';
import { type DeploymentOptions, type DeploymentSettings, settingsOf } from './settings.ts';
import { warmUp } from './warm-up.ts';

/** What can cancel a request: an AbortSignal, or the part of one that is listened to, since a whole one costs more than many a stage. */
export interface Cancellation {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** How one request is run. */
export interface RunOptions {
  /** Cancels the request: stages that have not started do not start, and those running see their own signal abort. */
  readonly signal?: Cancellation | undefined;
  /** How long the request may take; DEADLINE_EXCEEDED after it. */
  readonly timeoutMs?: number | undefined;
  /** The name under which the caller's logs know the request; it goes along with calls of `remote` models. */
  readonly requestId?: string | undefined;
  /**
   * The headers that the request came with, among them such as `traceparent`: where the program traces by OpenTelemetry, its span goes below the
   * one they name. Without them it goes below the active span.
   */
  readonly headers?: TraceCarrier | undefined;
}

export interface DeploymentStatistics {
  readonly pipeline: string;
  /** Since its start, since when everything counts. */
  readonly upMs: number;
  readonly requests: { readonly received: number; readonly succeeded: number; readonly failed: Readonly<Record<string, number>> };
  /** Of the failed ones those that were refused before anything was done for them, by code. */
  readonly shed: Readonly<Record<string, number>>;
  /** Requests that were not answered in time, and are among the failed ones. */
  readonly deadlineMisses: number;
  /** Rows of the requests that succeeded. */
  readonly rows: number;
  /** From admission to the answer, or to the failure. */
  readonly durationMs: Histogram;
  readonly ongoing: number;
  readonly queued: number;
  readonly tasks: readonly TaskCount[];
  readonly pools: readonly PoolCount[];
}

/** One pipeline, running: it admits requests, gives each its deadline, and counts them. */
export class Deployment {
  readonly plan: LogicalPlan;
  readonly maxQueue: number;
  readonly #runtime: EmbeddedRuntime;
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #timeoutMs: number;
  /** Undefined where requests are taken however late they will be. */
  readonly #admission: Admission | undefined;
  readonly #isValid: RowChecker;
  readonly #tracing: Tracing | undefined;
  readonly #failed = new Map<string, number>();
  readonly #shed = new Map<string, number>();
  readonly #durations = new DurationCounts();
  #received = 0;
  #succeeded = 0;
  #rows = 0;
  #failedMs = 0;
  #lastMs = 0;
  #ongoing = 0;
  #meanMs = 0;
  #isDraining = false;
  #drained: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  private constructor(plan: LogicalPlan, runtime: EmbeddedRuntime, { clock, maxQueue, admission, timeoutMs, tracing }: TracedSettings) {
    this.plan = plan;
    this.#runtime = runtime;
    this.#clock = clock;
    this.#startedMs = clock.now();
    this.maxQueue = maxQueue;
    this.#timeoutMs = timeoutMs;
    this.#admission = admission ? new Admission() : undefined;
    this.#isValid = rowChecker(plan.input);
    this.#tracing = tracing;
  }

  /** Settles when every `setup` is done and the pipeline has warmed up; rejects with why it could not, and then nothing is left running. */
  static async start(plan: LogicalPlan, options: DeploymentOptions = {}): Promise<Deployment> {
    if (isInsideThread()) {
      throw new FlowError('INSIDE_WORKER', `pipeline "${plan.name}" is started inside a worker thread of a pipeline`);
    }
    const settings = settingsOf(plan, options);
    const tracing = await loadTracing();
    const runtime = await EmbeddedRuntime.start(plan, settings);
    try {
      await warmUp(plan, runtime, settings);
    } catch (error) {
      await runtime.abandon(error);
      throw error;
    }
    return new Deployment(plan, runtime, { ...settings, tracing });
  }

  get physicalPlan(): PhysicalPlan {
    return this.#runtime.plan;
  }

  /** Whether requests are taken. */
  get isReady(): boolean {
    return !this.#isDraining && this.#runtime.isReady;
  }

  /**
   * Answers one request. Errors: ROW_INVALID; QUEUE_FULL, OVERLOADED, DRAINING and NO_REPLICA, which say when to try again;
   * DEADLINE_EXCEEDED; REQUEST_CANCELLED; and what its stages fail with.
   */
  run(rows: readonly unknown[], options: RunOptions = NO_OPTIONS): Promise<readonly AnyRow[]> {
    this.#received++;
    try {
      return Promise.resolve(this.#admitted(this.#validRows(rows, options?.headers), options ?? NO_OPTIONS));
    } catch (error) {
      return Promise.reject(this.#countFailure(error));
    }
  }

  /**
   * The same for rows that fit the input schema and nobody else holds: an edge has just made them from what it was sent.
   * Gives the answer at once where no stage on the way waits.
   */
  runValid(rows: readonly AnyRow[], options: RunOptions = NO_OPTIONS): Maybe<readonly AnyRow[]> {
    this.#received++;
    try {
      return this.#admitted(rows, options);
    } catch (error) {
      throw this.#countFailure(error);
    }
  }

  #admitted(rows: readonly AnyRow[], options: RunOptions): Maybe<readonly AnyRow[]> {
    const { timeoutMs = this.#timeoutMs } = options;
    const refusal = this.#refusal() ?? this.#lateness(checkTimeout(timeoutMs));
    if (refusal !== undefined) {
      countOne(this.#shed, refusal.code);
      this.traceRefusal(refusal, options.headers, rows.length);
      throw refusal;
    }
    return this.#runAdmitted(rows, options);
  }

  /** Makes the trace of a request that is not admitted, here, or by its edge before its rows are known. */
  traceRefusal(refusal: FlowError, carrier: TraceCarrier | undefined, rows?: number): void {
    this.#tracing?.begin({ pipeline: this.plan.name, rows, carrier }).end(refusal.code, refusal);
  }

  #countFailure(error: unknown): FlowError {
    const failure = toFlowError(error);
    countOne(this.#failed, failure.code);
    return failure;
  }

  statistics(): DeploymentStatistics {
    return {
      pipeline: this.plan.name,
      upMs: this.#clock.now() - this.#startedMs,
      requests: { received: this.#received, succeeded: this.#succeeded, failed: Object.fromEntries(this.#failed) },
      shed: Object.fromEntries(this.#shed),
      deadlineMisses: this.#failed.get('DEADLINE_EXCEEDED') ?? 0,
      rows: this.#rows,
      durationMs: this.#durations.read(),
      ongoing: this.#ongoing,
      queued: this.#runtime.queued,
      tasks: this.#runtime.statistics(),
      pools: this.#runtime.pools.map(countPool),
    };
  }

  /** How long requests took and how many rows they had, all together. */
  get totals(): RequestTotals {
    let failed = 0;
    for (const count of this.#failed.values()) failed += count;
    return {
      succeeded: this.#succeeded,
      succeededMs: this.#durations.sum - this.#failedMs,
      rows: this.#rows,
      failed,
      failedMs: this.#failedMs,
      lastMs: this.#lastMs,
    };
  }

  /** Takes no more requests, answers those under way, runs every `teardown` and ends the threads. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#isDraining = true;
    if (this.#ongoing > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    await this.#runtime.close();
  }

  #validRows(rows: unknown, carrier: TraceCarrier | undefined): readonly AnyRow[] {
    try {
      return this.#checkRows(rows);
    } catch (error) {
      this.traceRefusal(toFlowError(error), carrier);
      throw error;
    }
  }

  /** Gives a copy: the caller may go on with its array, and the identities of rows are their places in this one. */
  #checkRows(rows: unknown): readonly AnyRow[] {
    const { name, input } = this.plan;
    if (!Array.isArray(rows))
      throw new FlowError('ROW_INVALID', `pipeline "${name}" takes an array of rows but was given ${describeValue(rows)}`);
    const valid: AnyRow[] = [];
    for (let i = 0; i < rows.length; i++) {
      const row: unknown = rows[i];
      if (!this.#isValid(row)) throw new FlowError('ROW_INVALID', `row ${i}: ${rowProblem(input, row)}`);
      valid.push(row);
    }
    return valid;
  }

  /** Why a request is not taken now. */
  #refusal(): FlowError | undefined {
    if (this.#isDraining) return new FlowError('DRAINING', `the pipeline "${this.plan.name}" is shutting down`, { retryAfterMs: 1000 });
    if (this.#ongoing < this.maxQueue) return undefined;
    return new FlowError('QUEUE_FULL', `the pipeline "${this.plan.name}" already has ${this.#ongoing} requests under way, its maxQueue`, {
      retryAfterMs: Math.max(1000, this.#meanMs),
    });
  }

  /** Why a request would be answered too late, or undefined. */
  #lateness(timeoutMs: number): FlowError | undefined {
    // What is refused is not seen by those who decide how many replicas there are.
    if (this.#ongoing === 0 || this.#runtime.canGrow) return undefined;
    const { latencyTargetMs } = this.plan.options;
    const overload = this.#admission?.overload({ ahead: this.#ongoing, deadlineInMs: timeoutMs, targetMs: latencyTargetMs });
    if (overload === undefined) return undefined;
    const { expectedMs, allowedMs, retryAfterMs } = overload;
    const problem = `the pipeline "${this.plan.name}" would answer in about ${Math.ceil(expectedMs)} ms, and ${Math.floor(allowedMs)} ms are allowed`;
    return new FlowError('OVERLOADED', problem, { retryAfterMs });
  }

  /** Nothing is waited for, armed or listened to while nothing on the way is asynchronous. */
  #runAdmitted(rows: readonly AnyRow[], { signal, timeoutMs = this.#timeoutMs, requestId, headers }: RunOptions): Maybe<readonly AnyRow[]> {
    const startMs = this.#clock.now();
    const scope = new RequestScope(startMs + timeoutMs);
    checkSignal(signal);
    scope.nowMs = startMs;
    scope.requestId = requestId;
    if (this.#tracing !== undefined) scope.trace = this.#tracing.begin({ pipeline: this.plan.name, rows: rows.length, carrier: headers });
    const expectation = this.#admission?.expectation(this.#ongoing);
    this.#ongoing++;
    try {
      if (signal?.aborted) throw cancelled(signal);
      const output = this.#runtime.run(rows, scope);
      if (isPromise(output)) return this.#answerLater(output, { scope, startMs, expectation, rowCount: rows.length, signal });
      return this.#answer(output, scope.nowMs === 0 ? this.#clock.now() : scope.nowMs, {
        scope,
        startMs,
        expectation,
        rowCount: rows.length,
      });
    } catch (error) {
      throw this.#fail(error, { scope, startMs });
    }
  }

  /** Settles with the answer, or as soon as the request ends early. Only a request that has to wait needs a timer and an ear for its caller. */
  #answerLater(output: PromiseLike<Table>, under: UnderWay & { readonly signal: Cancellation | undefined }): Promise<readonly AnyRow[]> {
    const { scope, signal } = under;
    return new Promise((resolve, reject) => {
      let isOver = false;
      let stopListening = (): void => {};
      const disarm = this.#clock.after(scope.deadlineMs - this.#clock.now(), () =>
        scope.end(deadlineError(`pipeline "${this.plan.name}"`)),
      );
      const cancel = (): void => scope.end(cancelled(signal));
      const letGo = (): void => {
        isOver = true;
        disarm();
        stopListening();
        signal?.removeEventListener('abort', cancel);
      };
      const fail = (error: unknown): void => {
        if (isOver) return;
        letGo();
        const failure = this.#countFailure(this.#fail(error, under));
        if (failure.code === 'DEADLINE_EXCEEDED') this.#learn('late', under);
        reject(failure);
      };
      const succeed = (table: Table): void => {
        if (isOver) return;
        try {
          const rows = this.#answer(table, this.#clock.now(), under);
          letGo();
          this.#learn('answered', under);
          resolve(rows);
        } catch (error) {
          fail(error);
        }
      };
      stopListening = scope.onEnd(fail);
      signal?.addEventListener('abort', cancel, { once: true });
      // A stage may have aborted it while it was started, and that is not said again.
      if (signal?.aborted) cancel();
      output.then(succeed, fail);
    });
  }

  /** A function that kept the event loop kept the timer of the deadline too. */
  #answer({ rows }: Table, endMs: number, { scope, startMs, rowCount }: UnderWay): readonly AnyRow[] {
    if (endMs >= scope.deadlineMs) throw deadlineError(`pipeline "${this.plan.name}"`);
    this.#succeeded++;
    this.#rows += rowCount;
    this.#leave(startMs, endMs);
    scope.trace?.end('OK');
    return rows;
  }

  #fail(error: unknown, { scope, startMs }: Pick<UnderWay, 'scope' | 'startMs'>): FlowError {
    const failure = toFlowError(error);
    scope.end(failure);
    const endMs = this.#clock.now();
    this.#failedMs += endMs - startMs;
    this.#leave(startMs, endMs);
    scope.trace?.end(failure.code, failure);
    return failure;
  }

  #learn(outcome: 'answered' | 'late', { expectation, startMs }: UnderWay): void {
    if (expectation !== undefined) this.#admission?.[outcome](expectation, this.#lastMs - startMs);
  }

  #leave(startMs: number, endMs: number): void {
    const tookMs = endMs - startMs;
    this.#lastMs = endMs;
    this.#ongoing--;
    this.#durations.add(tookMs);
    // A running mean that forgets: good enough for a hint of when to come back.
    this.#meanMs += (tookMs - this.#meanMs) / 16;
    if (this.#ongoing === 0) this.#drained?.();
  }
}

interface TracedSettings extends DeploymentSettings {
  readonly tracing: Tracing | undefined;
}

/** A request that has been admitted. */
interface UnderWay {
  readonly scope: RequestScope;
  readonly startMs: number;
  /** What admission thought of it as it came. */
  readonly expectation: Expectation | undefined;
  readonly rowCount: number;
}

function countOne(counts: Map<string, number>, code: string): void {
  counts.set(code, (counts.get(code) ?? 0) + 1);
}

const NO_OPTIONS: RunOptions = Object.freeze({});

function checkTimeout(timeoutMs: number): number {
  if (typeof timeoutMs === 'number' && timeoutMs > 0) return timeoutMs;
  throw new FlowError('OPTION_INVALID', `timeoutMs must be a number above 0 but is ${describeValue(timeoutMs)}`);
}

/** Before the request counts as under way: one that could not be listened to would be waited for by `close`. */
function checkSignal(signal: Cancellation | undefined): void {
  if (signal === undefined || signal === null || typeof signal.addEventListener === 'function') return;
  throw new FlowError('OPTION_INVALID', `signal must be an AbortSignal but is ${describeValue(signal)}`, {
    hint: 'Give the signal of an AbortController, not the controller: { signal: controller.signal }.',
  });
}

function cancelled(signal: Cancellation | undefined): FlowError {
  return new FlowError('REQUEST_CANCELLED', 'the caller cancelled the request', { cause: signal?.reason });
}
