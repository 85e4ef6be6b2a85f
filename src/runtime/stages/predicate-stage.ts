import { FlowError } from '../../errors/flow-error.ts';
import type { PredicateFunction, StageSpec } from '../../plan/stage.ts';
import { type AnyRow, describeValue } from '../../schema/column.ts';
import { isPromise } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { countCall, failedCall, type StageEnvironment, startOf } from './stage-runner.ts';

/** Says for each row of one request whether the filter keeps it. */
export type PredicateRunner = (rows: readonly AnyRow[], scope: RequestScope) => readonly boolean[];

export function predicateStage(environment: StageEnvironment, test: PredicateFunction): PredicateRunner {
  const { spec } = environment;
  return (rows, scope) => {
    const startMs = startOf(environment, scope);
    const kept = new Array<boolean>(rows.length);
    try {
      for (let i = 0; i < rows.length; i++) {
        const verdict: unknown = test(rows[i] as AnyRow);
        kept[i] = typeof verdict === 'boolean' ? verdict : checkVerdict(spec, verdict);
      }
    } catch (error) {
      throw failedCall(environment, error, scope);
    }
    countCall(environment, rows.length, startMs, scope);
    return kept;
  };
}

/** Throws OUTPUT_INVALID unless a predicate returned true or false. */
export function checkVerdict({ name }: StageSpec, verdict: unknown): boolean {
  if (typeof verdict === 'boolean') return verdict;
  // A promise is an object, so an asynchronous predicate would keep everything. What becomes of it is not asked any more.
  if (isPromise(verdict)) verdict.then(undefined, () => {});
  throw new FlowError('OUTPUT_INVALID', `${name} must return true or false but returned ${describeValue(verdict)}`);
}
