import type { GroupFunction, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { isPromise, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { batchOf } from './batch-stage.ts';
import { inParallel } from './in-parallel.ts';
import { bounded, measured, outputRowsCheck, type StageEnvironment, throwIfLate } from './stage-runner.ts';

/** Runs a stage over the groups of one request; gives for each group one row per row. */
export type GroupRunner = (groups: readonly (readonly AnyRow[])[], scope: RequestScope) => Maybe<readonly (readonly AnyRow[])[]>;

/** How many groups of one request an asynchronous function works on at a time. */
const CONCURRENT_GROUPS = 32;

/** A function of groups as a loop: one after another while they are synchronous, side by side once one is not. */
export function groupStage(environment: StageEnvironment, run: GroupFunction): GroupRunner {
  const { spec } = environment;
  const checkGroup = groupCheck(spec);

  const finishLater = (groups: Groups, results: (readonly AnyRow[])[], first: PromiseLike<unknown>, scope: RequestScope) => {
    const done = results.length;
    const work = async (i: number): Promise<void> => {
      // The first has been started, so it is waited for in any case: nobody else would hear of its failure.
      if (i > 0) throwIfLate(environment, scope);
      const group = groups[done + i] as readonly AnyRow[];
      const made = i === 0 ? first : run(group);
      results[done + i] = checkGroup(group.length, isPromise(made) ? await bounded(environment, made, scope) : made);
    };
    return inParallel(groups.length - done, CONCURRENT_GROUPS, work).then(() => results);
  };

  const callAll = (groups: Groups, scope: RequestScope): Maybe<Groups> => {
    const results: (readonly AnyRow[])[] = [];
    for (const group of groups) {
      scope.throwIfEnded();
      const made = run(group);
      if (isPromise(made)) return finishLater(groups, results, made, scope);
      results.push(checkGroup(group.length, made));
    }
    return results;
  };

  return (groups, scope) => {
    throwIfLate(environment, scope);
    return measured(environment, rowsIn(groups), scope, () => callAll(groups, scope));
  };
}

type Groups = readonly (readonly AnyRow[])[];

export function rowsIn(groups: Groups): number {
  return groups.reduce((total, group) => total + group.length, 0);
}

/** Gives back the rows that a function of groups returned; throws OUTPUT_INVALID or BATCH_SIZE_CHANGED for what is not a row for each. */
export function groupCheck(spec: StageSpec): (given: number, made: unknown) => readonly AnyRow[] {
  const checked = outputRowsCheck(spec);
  return (given, made) => checked(batchOf(spec, given, made));
}
