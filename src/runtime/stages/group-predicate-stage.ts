import type { GroupPredicateFunction } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { RequestScope } from '../request-scope.ts';
import { rowsIn } from './group-stage.ts';
import { checkVerdict } from './predicate-stage.ts';
import { measured, type StageEnvironment, throwIfLate } from './stage-runner.ts';

/** Says for each group of one request whether its rows are kept. */
export type GroupPredicateRunner = (groups: readonly (readonly AnyRow[])[], scope: RequestScope) => readonly boolean[];

export function groupPredicateStage(environment: StageEnvironment, test: GroupPredicateFunction): GroupPredicateRunner {
  const { spec } = environment;
  const judge = (group: readonly AnyRow[]): boolean => checkVerdict(spec, test(group));
  return (groups, scope) => {
    throwIfLate(environment, scope);
    return measured(environment, rowsIn(groups), scope, () => groups.map(judge)) as readonly boolean[];
  };
}
