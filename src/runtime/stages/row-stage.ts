import type { RowFunction } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { rowChecker } from '../../schema/row-checker.ts';
import { isPromise, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { inParallel } from './in-parallel.ts';
import { racedFunction } from './raced-call.ts';
import {
  bounded,
  type CallContext,
  contextOf,
  countCall,
  failedCall,
  measuredLater,
  outputCheck,
  type StageEnvironment,
  startOf,
  throwIfLate,
} from './stage-runner.ts';

/**
 * Runs a stage over the rows of one request; gives one row per row. It may write what it makes into `made`, which then
 * belongs to nobody else, has the same length, and may be the array of the rows themselves.
 */
export type RowsRunner = (rows: readonly AnyRow[], scope: RequestScope, made?: AnyRow[]) => Maybe<readonly AnyRow[]>;

/** How many rows of one request an asynchronous row stage works on at a time. */
const CONCURRENT_ROWS = 32;

/** A row stage as a loop: rows one after another while they are synchronous, side by side once one is not. */
export function rowStage(environment: StageEnvironment, once: RowFunction): RowsRunner {
  const { spec } = environment;
  const run = racedFunction(environment, once);
  const checked = outputCheck(spec);
  // A promise has no columns either, so where there are none the row is told from it first.
  const isValid = Object.keys(spec.output).length === 0 ? () => false : rowChecker(spec.output);

  const finishLater = async (rows: readonly AnyRow[], made: AnyRow[], { done, first, context, scope }: Unfinished): Promise<AnyRow[]> => {
    const work = async (i: number): Promise<void> => {
      // The first has been started, so it is waited for in any case: nobody else would hear of its failure.
      if (i > 0) throwIfLate(environment, scope);
      const value = i === 0 ? first : run(rows[done + i] as AnyRow, context);
      made[done + i] = checked(isPromise(value) ? await bounded(environment, value, scope) : value);
    };
    await inParallel(rows.length - done, CONCURRENT_ROWS, work);
    return made;
  };

  return (rows, scope, made = new Array<AnyRow>(rows.length)) => {
    const startMs = startOf(environment, scope);
    const context = contextOf(environment, scope);
    try {
      for (let i = 0; i < rows.length; i++) {
        scope.throwIfEnded();
        const value = run(rows[i] as AnyRow, context);
        if (isValid(value)) made[i] = value as AnyRow;
        else if (isPromise(value)) {
          const result = finishLater(rows, made, { done: i, first: value, context, scope });
          return measuredLater(environment, rows.length, { startMs, scope, result });
        } else made[i] = checked(value);
      }
    } catch (error) {
      throw failedCall(environment, error, scope);
    }
    countCall(environment, rows.length, startMs, scope);
    return made;
  };
}

/** Where a stage is when the first of its rows has turned out to be asynchronous. */
interface Unfinished {
  readonly done: number;
  readonly first: PromiseLike<AnyRow>;
  readonly context: CallContext;
  readonly scope: RequestScope;
}
