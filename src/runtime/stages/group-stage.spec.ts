import { describe, expect, it } from 'vitest';
import { environmentOf, rowsOf } from '../../../test/support/stages.ts';
import type { GroupFunction, GroupPredicateFunction } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { RequestScope } from '../request-scope.ts';
import { groupPredicateStage } from './group-predicate-stage.ts';
import { type GroupRunner, groupStage } from './group-stage.ts';

const groups = [rowsOf(1, 2), rowsOf(3)];
const sizes: GroupFunction = (rows) => rows.map(() => ({ n: rows.length }));

function mapping(run: GroupFunction) {
  const environment = environmentOf({ kind: 'group', run }, { name: 'groupMap#1' });
  const stage: GroupRunner = groupStage(environment, run);
  return { ...environment, run: async (scope = new RequestScope()) => stage(groups, scope), stage };
}

describe('a function of groups', () => {
  it('gives for each group what the function returns for it', () => {
    expect(mapping(sizes).stage(groups, new RequestScope())).toEqual([rowsOf(2, 2), rowsOf(1)]);
  });

  it('may be asynchronous, for some of the groups or for all', async () => {
    expect(await mapping(async (rows) => sizes(rows)).run()).toEqual([rowsOf(2, 2), rowsOf(1)]);
    const some = mapping((rows) => (rows.length === 1 ? Promise.resolve(sizes(rows)) : sizes(rows)));
    expect(await some.run()).toEqual([rowsOf(2, 2), rowsOf(1)]);
  });

  it('counts one call with the rows of all groups', async () => {
    const { run, meter } = mapping(sizes);
    await run();
    expect(meter.calls).toEqual([3]);
  });

  it.each<[string, GroupFunction, string]>([
    ['another number of rows', () => rowsOf(1), 'stage "groupMap#1" was given 2 rows but returned 1'],
    ['holes', (rows) => new Array(rows.length), 'stage "groupMap#1" returned a wrong row: a row must be an object but is undefined'],
    [
      'a wrong row',
      (rows) => rows.map((): AnyRow => ({ n: 'a' })),
      'stage "groupMap#1" returned a wrong row: column "n" must be int32 but is "a"',
    ],
    ['no array', (() => ({ n: 1 })) as unknown as GroupFunction, 'stage "groupMap#1" must return an array of rows but returned an object'],
  ])('is refused %s', async (_, run, problem) => {
    await expect(mapping(run).run()).rejects.toMatchObject({ problem });
    await expect(mapping(async (rows) => run(rows)).run()).rejects.toMatchObject({ problem });
  });

  it('fails its request with what it throws', async () => {
    const failing = mapping(() => {
      throw new Error('no');
    });
    await expect(failing.run()).rejects.toMatchObject({ code: 'STAGE_FAILED', problem: 'stage "groupMap#1" failed: no' });
    expect(failing.meter.failures).toBe(1);
  });

  it('is not called for a request that is late', async () => {
    const { run, clock, meter } = mapping(sizes);
    await expect(run(new RequestScope(clock.now()))).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(meter.calls).toEqual([]);
  });
});

describe('a predicate of groups', () => {
  const judging = (test: GroupPredicateFunction) => {
    const environment = environmentOf({ kind: 'groupPredicate', test }, { name: 'groupFilter#1' });
    return { ...environment, run: () => groupPredicateStage(environment, test)(groups, new RequestScope()) };
  };

  it('says for each group whether it stays', () => {
    const { run, meter } = judging((rows) => rows.length === 1);
    expect(run()).toEqual([false, true]);
    expect(meter.calls).toEqual([3]);
  });

  it.each([
    ['a number', () => 1, 'groupFilter#1 must return true or false but returned the number 1'],
    ['a promise', async () => true, 'groupFilter#1 must return true or false but returned a Promise'],
  ])('is refused %s for an answer', (_, test, problem) => {
    expect(judging(test as unknown as GroupPredicateFunction).run).toThrow(expect.objectContaining({ problem }));
  });
});
