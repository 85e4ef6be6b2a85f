import { FlowError } from '../../errors/flow-error.ts';
import type { PredicateFunction } from '../../plan/stage.ts';
import { type AnyRow, describeValue } from '../../schema/column.ts';
import { isPromise } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { measured, type StageEnvironment, throwIfLate } from './stage-runner.ts';

/** Says for each row of one request whether the filter keeps it. */
export type PredicateRunner = (rows: readonly AnyRow[], scope: RequestScope) => readonly boolean[];

export function predicateStage(environment: StageEnvironment, test: PredicateFunction): PredicateRunner {
  const { spec } = environment;
  const judge = (row: AnyRow): boolean => {
    const verdict: unknown = test(row);
    if (typeof verdict !== 'boolean') {
      // A promise is an object, so an asynchronous predicate would keep every row. What becomes of it is not asked any more.
      if (isPromise(verdict)) verdict.then(undefined, () => {});
      throw new FlowError('OUTPUT_INVALID', `${spec.name} must return true or false but returned ${describeValue(verdict)}`);
    }
    return verdict;
  };
  return (rows, scope) => {
    throwIfLate(environment, scope);
    return measured(environment, rows.length, scope, () => rows.map(judge)) as readonly boolean[];
  };
}
