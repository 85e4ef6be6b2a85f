import { FlowError } from '../../errors/flow-error.ts';
import type { GroupPredicateFunction } from '../../plan/stage.ts';
import { type AnyRow, describeValue } from '../../schema/column.ts';
import { isPromise } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { rowsIn } from './group-stage.ts';
import { measured, type StageEnvironment, throwIfLate } from './stage-runner.ts';

/** Says for each group of one request whether its rows are kept. */
export type GroupPredicateRunner = (groups: readonly (readonly AnyRow[])[], scope: RequestScope) => readonly boolean[];

export function groupPredicateStage(environment: StageEnvironment, test: GroupPredicateFunction): GroupPredicateRunner {
  const { spec } = environment;
  const judge = (group: readonly AnyRow[]): boolean => {
    const verdict: unknown = test(group);
    if (typeof verdict !== 'boolean') {
      // A promise is an object, so an asynchronous predicate would keep every group. What becomes of it is not asked any more.
      if (isPromise(verdict)) verdict.then(undefined, () => {});
      throw new FlowError('OUTPUT_INVALID', `${spec.name} must return true or false but returned ${describeValue(verdict)}`);
    }
    return verdict;
  };
  return (groups, scope) => {
    throwIfLate(environment, scope);
    return measured(environment, rowsIn(groups), scope, () => groups.map(judge)) as readonly boolean[];
  };
}
