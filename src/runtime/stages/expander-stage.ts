import { FlowError } from '../../errors/flow-error.ts';
import type { ExpandFunction } from '../../plan/stage.ts';
import { type AnyRow, describeValue } from '../../schema/column.ts';
import { isPromise, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { racedFunction } from './raced-call.ts';
import { bounded, CallContext, contextOf, measured, outputRowsCheck, type StageEnvironment, throwIfLate } from './stage-runner.ts';

/** Runs an expander over the rows of one request; gives for each row the rows made from it. */
export type ExpandRunner = (rows: readonly AnyRow[], scope: RequestScope) => Maybe<readonly (readonly AnyRow[])[]>;

/** An expander: row after row; what it yields is taken whole before the next step. */
export function expanderStage(environment: StageEnvironment, run: ExpandFunction): ExpandRunner {
  const { spec } = environment;
  const checked = outputRowsCheck(spec);
  // What it yields one by one is taken whole by each copy.
  const expand = racedFunction(environment, (row: AnyRow, context) =>
    takeAll(spec.name, run(row, context), () => throwIfLate(environment, CallContext.scopeOf(context))),
  );

  const expandFrom = (
    rows: readonly AnyRow[],
    results: (readonly AnyRow[])[],
    context: CallContext,
    scope: RequestScope,
  ): Maybe<readonly (readonly AnyRow[])[]> => {
    for (let i = results.length; i < rows.length; i++) {
      throwIfLate(environment, scope);
      const made = expand(rows[i] as AnyRow, context);
      if (isPromise(made)) {
        return bounded(environment, made, scope).then((later) => {
          results.push(checked(later));
          return expandFrom(rows, results, context, scope);
        });
      }
      results.push(checked(made));
    }
    return results;
  };

  return (rows, scope) => measured(environment, rows.length, scope, () => expandFrom(rows, [], contextOf(environment, scope), scope));
}

/**
 * All rows of an array, an iterable, an asynchronous iterable, or a promise of an array; OUTPUT_INVALID for anything else. Before it keeps
 * a row, `mayGoOn` may throw: a generator that never waits lets no timer fire.
 */
export function takeAll(stage: string, made: unknown, mayGoOn: () => void): Maybe<readonly unknown[]> {
  if (Array.isArray(made)) return made;
  if (typeof made === 'object' && made !== null) {
    if (Symbol.iterator in made) return takeEach(made as Iterable<unknown>, mayGoOn);
    if (Symbol.asyncIterator in made) return takeEachLater(made as AsyncIterable<unknown>, mayGoOn);
    // What is thenable need not give a promise in its turn.
    if (isPromise(made)) return Promise.resolve(made).then((rows) => takeAll(stage, rows, mayGoOn));
  }
  throw new FlowError('OUTPUT_INVALID', `stage "${stage}" must give an array or iterable of rows but gave ${describeValue(made)}`);
}

function takeEach(made: Iterable<unknown>, mayGoOn: () => void): readonly unknown[] {
  const rows: unknown[] = [];
  for (const row of made) {
    mayGoOn();
    rows.push(row);
  }
  return rows;
}

async function takeEachLater(made: AsyncIterable<unknown>, mayGoOn: () => void): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for await (const row of made) {
    mayGoOn();
    rows.push(row);
  }
  return rows;
}
