import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { defer, outcomeOf, settle, unhandledRejections } from '../../test/support/settle.ts';
import { n, rowsOf, specOf } from '../../test/support/stages.ts';
import { FlowError } from '../errors/flow-error.ts';
import { buildPlan, type FlowBuilder } from '../language/builder.ts';
import { optimize } from '../optimizer/optimize.ts';
import type { BatchFunction, RowFunction, StageSpec } from '../plan/stage.ts';
import { stagesOf } from '../plan/traverse.ts';
import { type AnyRow, int32, schemaOf } from '../schema/column.ts';
import { createCounters, readCounters, type TaskCount } from './counters.ts';
import { isPromise, type Maybe, onceThere } from './maybe.ts';
import { compileRegion } from './region.ts';
import { RequestScope } from './request-scope.ts';
import { tableOf } from './table.ts';

/** A whole pipeline as one region. */
function regionOf(build: (flow: FlowBuilder) => FlowBuilder): {
  readonly run: (rows: readonly AnyRow[], scope?: RequestScope) => Maybe<readonly AnyRow[]>;
  readonly count: () => TaskCount;
} {
  const logical = buildPlan('test', n, build, {});
  // As it is written, so that every step is counted by itself.
  const rules = { 'merge-maps': false, 'drop-dead-branches': false, 'prune-columns': false };
  const { physical: plan } = optimize(logical, { codeInThreads: false, rules });
  const [task] = plan.tasks;
  if (task === undefined || plan.tasks.length > 1) throw new TypeError('not one task');
  const stages = new Map(
    [...stagesOf(logical.output)].map(([name, spec]) => [name, { spec, state: undefined, builtIn: undefined, close: async () => {} }]),
  );
  const counters = createCounters(task);
  const region = compileRegion(plan, task, { stages, counters, clock: new FakeClock() });
  const rowsIn = (tables: readonly { readonly rows: readonly AnyRow[] }[]): readonly AnyRow[] => tables[0]?.rows ?? [];
  return {
    run(rows, scope = new RequestScope()) {
      const tables = onceThere(region([tableOf(rows)], scope), (there) => there);
      return isPromise(tables) ? tables.then(rowsIn) : rowsIn(tables);
    },
    count: () => readCounters(task, [counters]),
  };
}

const stageOf = (name: string, run: RowFunction, output = n): StageSpec & { kind: 'stage' } => ({
  ...specOf({ kind: 'row', run }, { name, output }),
  kind: 'stage',
});
const double = stageOf('double', ({ n: value }) => ({ n: Number(value) * 2 }));
const broken = new Error('broken');

describe('a region', () => {
  it('gives rows and no promise when its stages are synchronous', () => {
    const region = regionOf((flow) => flow.map(double).filter((row: AnyRow) => Number(row.n) > 2));
    expect(region.run(rowsOf(1, 2, 3))).toEqual(rowsOf(4, 6));
  });

  it('runs a step once that two others read', () => {
    let calls = 0;
    const counted = stageOf('counted', (row) => {
      calls++;
      return row;
    });
    const region = regionOf((flow) => {
      const shared = flow.map(counted);
      return shared.join(shared.map(double), { as: 'twice' });
    });
    expect(region.run(rowsOf(1))).toEqual([{ n: 1, twice: { n: 2 } }]);
    expect(calls).toBe(1);
  });

  it('lets branches overlap', async () => {
    const started: string[] = [];
    const both = defer();
    const waits = (name: string): StageSpec => {
      const run: RowFunction = async () => {
        started.push(name);
        await both.promise;
        return { [name]: 1 };
      };
      return stageOf(name, run, schemaOf({ [name]: int32 }, name));
    };
    const region = regionOf((flow) => flow.map(waits('left')).join(flow.map(waits('right'))));
    const answer = Promise.resolve(region.run(rowsOf(1)));
    expect(started).toEqual(['left', 'right']);
    both.resolve();
    expect(await answer).toEqual([{ left: 1, right: 1 }]);
  });

  it('has what computes take turns, in the order of its steps', async () => {
    const calls: string[] = [];
    const computing = (name: string): StageSpec & { kind: 'stage' } => {
      const run: BatchFunction = async (rows) => {
        calls.push(`${name} ${rows.length}`);
        await settle();
        return rows;
      };
      return { ...specOf({ kind: 'batch', run }, { name, runsOn: 'thread' }), kind: 'stage' };
    };
    const region = regionOf((flow) => flow.map(computing('encode')).map(computing('decode')));
    await Promise.all([1, 2, 3].map((number) => region.run(rowsOf(number))));
    expect(calls).toEqual(['encode 1', 'decode 1', 'encode 2', 'decode 2']);
  });

  it('does not wait with a branch for another that it does not read', async () => {
    const never = stageOf('never', () => new Promise<AnyRow>(() => {}));
    const reached = defer();
    const next = stageOf('next', (row) => {
      reached.resolve();
      return row;
    });
    const region = regionOf((flow) => flow.map(never).join(flow.map(double).map(next), { as: 'other' }));
    void region.run(rowsOf(1));
    await reached.promise;
  });

  it('fails with the first failure of a branch', async () => {
    const fails = stageOf('fails', () => Promise.reject(broken));
    const region = regionOf((flow) => flow.map(double).join(flow.map(fails), { as: 'other' }));
    const error = await outcomeOf(Promise.resolve(region.run(rowsOf(1))));
    expect(error).toMatchObject({ code: 'STAGE_FAILED', cause: broken });
  });

  it.each([
    [
      'throws',
      (): never => {
        throw broken;
      },
    ],
    ['rejects', () => Promise.reject(broken)],
  ])('lets no other branch that fails later end the process, when one %s', async (_, fail) => {
    const gate = defer();
    const slow = stageOf('slow', () => gate.promise.then(() => Promise.reject(broken)));
    const region = regionOf((flow) => flow.map(slow).join(flow.map(stageOf('fails', fail)), { as: 'other' }));
    const unheard = await unhandledRejections(async () => {
      await (async () => region.run(rowsOf(1)))().catch(() => {});
      gate.resolve();
      await settle();
    });
    expect(unheard).toEqual([]);
  });

  it('starts no further step of a request that has ended', async () => {
    const scope = new RequestScope();
    const reason = new FlowError('REQUEST_CANCELLED', 'gone');
    let isStarted = false;
    const ends = stageOf('ends', async (row) => {
      scope.end(reason);
      return row;
    });
    const next = stageOf('next', (row) => {
      isStarted = true;
      return row;
    });
    const region = regionOf((flow) => flow.map(ends).map(next));
    expect(await outcomeOf(Promise.resolve(region.run(rowsOf(1), scope)))).toBe(reason);
    expect(isStarted).toBe(false);
  });

  it('counts the rows of its steps, synchronous or not', async () => {
    const later = stageOf('later', async (row) => row);
    const region = regionOf((flow) => flow.map(later).filter((row: AnyRow) => row.n === 1));
    await region.run(rowsOf(1, 2, 3));
    expect(region.count().steps).toEqual([
      { step: 'map later', rowsIn: 3, rowsOut: 3 },
      { step: 'filter filter#1', rowsIn: 3, rowsOut: 1 },
    ]);
  });

  it('calls no stage for a table without rows', () => {
    const region = regionOf((flow) => flow.map(double).filter(() => true));
    expect(region.run([])).toEqual([]);
    expect(region.count().stages.map(({ calls }) => calls)).toEqual([0, 0]);
  });
});
