import { FlowError, isFlowError, messageOf } from '../../errors/flow-error.ts';
import type { StageContext, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { rowChecker } from '../../schema/row-checker.ts';
import { rowProblem } from '../../schema/validate.ts';
import type { Clock } from '../clock.ts';
import type { StageMeter } from '../counters.ts';
import { isForestalled } from '../forestalled.ts';
import { isPromise, type Maybe } from '../maybe.ts';
import type { Racer } from '../racing.ts';
import { deadlineError, type RequestScope, untilEnd } from '../request-scope.ts';
import type { Turns } from './turns.ts';

/** What a runner is made of: the stage, its replica's state, and what time and counting it may use. */
export interface StageEnvironment {
  readonly spec: StageSpec;
  readonly state: unknown;
  readonly clock: Clock;
  readonly meter: StageMeter;
  /** What computes on the same thread takes these; none where nothing else does. */
  readonly turns?: Turns;
  /** What races its calls, where they are raced one by one. */
  readonly racer?: Racer | undefined;
}

/** When a stage that is called now starts. No stage starts for a request whose time is over, even before its timer has noticed. */
export function startOf({ spec, clock }: StageEnvironment, scope: RequestScope): number {
  scope.throwIfEnded();
  const startMs = scope.nowMs === 0 ? clock.now() : scope.nowMs;
  if (startMs >= scope.deadlineMs) throw deadlineError(`stage "${spec.name}"`);
  return startMs;
}

/** Counts a call that was done without waiting; the next stage starts where it ends. */
export function countCall({ clock, meter }: StageEnvironment, rows: number, startMs: number, scope: RequestScope): void {
  const endMs = clock.now();
  scope.nowMs = endMs;
  meter.called(rows, endMs - startMs, true);
}

/** Counts a call that failed, and gives the error of its request. */
export function failedCall({ spec, meter }: StageEnvironment, error: unknown, scope: RequestScope): FlowError {
  meter.failed();
  return stageFailure(spec.name, error, scope);
}

/** Counts and times one call of a stage, and makes what it throws the error of the request. */
export function measured<T>(environment: StageEnvironment, rows: number, scope: RequestScope, call: () => Maybe<T>): Maybe<T> {
  const startMs = environment.clock.now();
  let result: Maybe<T>;
  try {
    result = call();
  } catch (error) {
    throw failedCall(environment, error, scope);
  }
  if (isPromise(result)) {
    environment.meter.blocked(environment.clock.now() - startMs);
    return measuredLater(environment, rows, { startMs, scope, result });
  }
  countCall(environment, rows, startMs, scope);
  return result;
}

interface CallUnderWay<T> {
  readonly startMs: number;
  readonly scope: RequestScope;
  readonly result: PromiseLike<T>;
}

/** The same for a call that has been started and is not done yet. */
export function measuredLater<T>(environment: StageEnvironment, rows: number, { startMs, scope, result }: CallUnderWay<T>): PromiseLike<T> {
  return result.then(
    (value) => {
      environment.meter.called(rows, environment.clock.now() - startMs);
      return value;
    },
    (error: unknown) => {
      throw failedCall(environment, error, scope);
    },
  );
}

/** The error of a request whose stage threw `cause`; the reason a request ended early is passed on as it is. */
export function stageFailure(stage: string, cause: unknown, scope: RequestScope): FlowError {
  if (scope.reason !== undefined) return scope.reason;
  if (isFlowError(cause)) return cause;
  return new FlowError('STAGE_FAILED', `stage "${stage}" failed: ${messageOf(cause)}`, { cause });
}

/** Gives a row back that has exactly the stage's output columns; throws OUTPUT_INVALID for any other. */
export function outputCheck({ name, output }: StageSpec): (row: unknown) => AnyRow {
  const isValid = rowChecker(output);
  return (row) => {
    if (isValid(row)) return row;
    throw new FlowError('OUTPUT_INVALID', `stage "${name}" returned a wrong row: ${rowProblem(output, row)}`);
  };
}

/** The same for the rows of an array, whose holes are no rows either: `map` would leave them out. */
export function outputRowsCheck(spec: StageSpec): (rows: readonly unknown[]) => readonly AnyRow[] {
  const checked = outputCheck(spec);
  return (rows) => {
    const valid = new Array<AnyRow>(rows.length);
    for (let i = 0; i < rows.length; i++) valid[i] = checked(rows[i]);
    return valid;
  };
}

/** One for each call; its signal is made when the stage reads it. */
export class CallContext implements StageContext {
  readonly state: unknown;
  readonly deadlineMs: number;
  readonly #scope: RequestScope;

  constructor(state: unknown, scope: RequestScope) {
    this.state = state;
    this.deadlineMs = scope.deadlineMs;
    this.#scope = scope;
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /** The scope of the call that was given it, which is not the user's to see. */
  static scopeOf(context: CallContext): RequestScope {
    return context.#scope;
  }
}

/** The context of a call whose request is traced. */
class TracedContext extends CallContext {
  readonly #stage: string;

  constructor(state: unknown, scope: RequestScope, stage: string) {
    super(state, scope);
    this.#stage = stage;
  }

  get traceparent(): string | undefined {
    return CallContext.scopeOf(this).trace?.traceparent(this.#stage);
  }
}

export function contextOf({ spec, state }: Pick<StageEnvironment, 'spec' | 'state'>, scope: RequestScope): CallContext {
  return scope.trace === undefined ? new CallContext(state, scope) : new TracedContext(state, scope, spec.name);
}

/** An asynchronous call ends with its request, or after the time that the stage allows for one call. */
export function bounded<T>(environment: StageEnvironment, call: PromiseLike<T>, scope: RequestScope): Promise<T> {
  const { spec, clock } = environment;
  const { timeoutMs } = spec;
  const overLate = countedLoser(environment, scope);
  if (timeoutMs === undefined) return untilEnd(call, scope, overLate);
  let callOff = (): void => {};
  const timeIsUp = new Promise<never>((_, reject) => {
    callOff = clock.after(timeoutMs, () => reject(tookTooLong(spec)));
  });
  const first = untilEnd(Promise.race([call, timeIsUp]), scope, overLate);
  first.then(callOff, callOff);
  return first;
}

/** Counts what a call has computed in vain when it is over, where its alternative has lost. A racer counts its calls itself. */
function countedLoser({ clock, meter, racer }: StageEnvironment, scope: RequestScope): (isDone: boolean) => void {
  if (racer !== undefined) return () => {};
  const startMs = clock.now();
  return (isDone) => {
    if (!isForestalled(scope.reason)) return;
    meter.extra(clock.now() - startMs);
    if (isDone) meter.uncancelled();
  };
}

/** The error of a call that took longer than its stage allows for one. */
export function tookTooLong({ name, timeoutMs }: StageSpec): FlowError {
  return new FlowError('DEADLINE_EXCEEDED', `stage "${name}" took longer than its timeoutMs of ${timeoutMs}`, {
    hint: 'Raise timeoutMs of the stage.',
  });
}

/** The same as `startOf` between two rows, where time has passed since the stage began. */
export function throwIfLate({ spec, clock }: StageEnvironment, scope: RequestScope): void {
  scope.throwIfEnded();
  if (clock.now() >= scope.deadlineMs) throw deadlineError(`stage "${spec.name}"`);
}
