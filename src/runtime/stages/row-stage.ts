import type { RowFunction } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { isPromise, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { inParallel } from './in-parallel.ts';
import { bounded, CallContext, checkOutput, measured, type StageEnvironment, throwIfLate } from './stage-runner.ts';

/** Runs a stage over the rows of one request; gives one row per row. */
export type RowsRunner = (rows: readonly AnyRow[], scope: RequestScope) => Maybe<readonly AnyRow[]>;

/** How many rows of one request an asynchronous row stage works on at a time. */
const CONCURRENT_ROWS = 32;

/** A row stage as a loop: rows one after another while they are synchronous, side by side once one is not. */
export function rowStage(environment: StageEnvironment, run: RowFunction): RowsRunner {
  const { spec, state } = environment;

  const finishLater = (
    rows: readonly AnyRow[],
    results: AnyRow[],
    first: PromiseLike<AnyRow>,
    context: CallContext,
    scope: RequestScope,
  ) => {
    const done = results.length;
    const work = async (i: number): Promise<void> => {
      // The first has been started, so it is waited for in any case: nobody else would hear of its failure.
      if (i > 0) throwIfLate(environment, scope);
      const value = i === 0 ? first : run(rows[done + i] as AnyRow, context);
      results[done + i] = checkOutput(spec, isPromise(value) ? await bounded(environment, value, scope) : value);
    };
    return inParallel(rows.length - done, CONCURRENT_ROWS, work).then(() => results);
  };

  const callAll = (rows: readonly AnyRow[], scope: RequestScope): Maybe<readonly AnyRow[]> => {
    const context = new CallContext(state, scope);
    const results: AnyRow[] = [];
    for (const row of rows) {
      scope.throwIfEnded();
      const value = run(row, context);
      if (isPromise(value)) return finishLater(rows, results, value, context, scope);
      results.push(checkOutput(spec, value));
    }
    return results;
  };

  return (rows, scope) => {
    throwIfLate(environment, scope);
    return measured(environment, rows.length, scope, () => callAll(rows, scope));
  };
}
