import { FlowError, isFlowError, messageOf } from '../../errors/flow-error.ts';
import type { StageContext, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { rowProblem } from '../../schema/validate.ts';
import type { Clock } from '../clock.ts';
import type { StageMeter } from '../counters.ts';
import { isPromise, type Maybe } from '../maybe.ts';
import { deadlineError, type RequestScope, untilEnd } from '../request-scope.ts';

/** What a runner is made of: the stage, its replica's state, and what time and counting it may use. */
export interface StageEnvironment {
  readonly spec: StageSpec;
  readonly state: unknown;
  readonly clock: Clock;
  readonly meter: StageMeter;
}

/** Counts and times one call of a stage, and makes what it throws the error of the request. */
export function measured<T>({ spec, clock, meter }: StageEnvironment, rows: number, scope: RequestScope, call: () => Maybe<T>): Maybe<T> {
  const startMs = clock.now();
  const fail = (error: unknown): never => {
    meter.failed();
    throw stageFailure(spec.name, error, scope);
  };
  const finish = (result: T): T => {
    meter.called(rows, clock.now() - startMs);
    return result;
  };
  try {
    const result = call();
    return isPromise(result) ? result.then(finish, fail) : finish(result);
  } catch (error) {
    return fail(error);
  }
}

/** The error of a request whose stage threw `cause`; the reason a request ended early is passed on as it is. */
export function stageFailure(stage: string, cause: unknown, scope: RequestScope): FlowError {
  if (scope.reason !== undefined) return scope.reason;
  if (isFlowError(cause)) return cause;
  return new FlowError('STAGE_FAILED', `stage "${stage}" failed: ${messageOf(cause)}`, { cause });
}

/** Throws OUTPUT_INVALID unless the row has exactly the stage's output columns. */
export function checkOutput({ name, output }: StageSpec, row: unknown): AnyRow {
  const problem = rowProblem(output, row);
  if (problem !== null) throw new FlowError('OUTPUT_INVALID', `stage "${name}" returned a wrong row: ${problem}`);
  return row as AnyRow;
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
}

/** An asynchronous call ends with its request, or after the time that the stage allows for one call. */
export function bounded<T>({ spec, clock }: StageEnvironment, call: PromiseLike<T>, scope: RequestScope): Promise<T> {
  const { timeoutMs, name } = spec;
  if (timeoutMs === undefined) return untilEnd(call, scope);
  let callOff = (): void => {};
  const timeIsUp = new Promise<never>((_, reject) => {
    const problem = `stage "${name}" took longer than its timeoutMs of ${timeoutMs}`;
    callOff = clock.after(timeoutMs, () => reject(new FlowError('DEADLINE_EXCEEDED', problem, { hint: 'Raise timeoutMs of the stage.' })));
  });
  const first = untilEnd(Promise.race([call, timeIsUp]), scope);
  first.then(callOff, callOff);
  return first;
}

/** No stage starts for a request whose time is over, even before its timer has noticed. */
export function throwIfLate({ spec, clock }: StageEnvironment, scope: RequestScope): void {
  scope.throwIfEnded();
  if (clock.now() >= scope.deadlineMs) throw deadlineError(`stage "${spec.name}"`);
}
