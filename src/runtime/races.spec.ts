import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { type Deferred, defer, outcomeOf, settle, unhandledRejections } from '../../test/support/settle.ts';
import { n, rowsOf, specOf } from '../../test/support/stages.ts';
import { FlowError } from '../errors/flow-error.ts';
import { fuseRegions } from '../optimizer/rules/physical/fuse-regions.ts';
import { physicalPlan } from '../optimizer/testing.ts';
import { branchesOf } from '../plan/branches.ts';
import { completeNode } from '../plan/complete.ts';
import type { PlanNode } from '../plan/node.ts';
import type { BatchFunction, RowFunction, StageContext, StageSpec } from '../plan/stage.ts';
import { stagesOf } from '../plan/traverse.ts';
import type { AnyRow } from '../schema/column.ts';
import { createCounters, readCounters, type TaskCount } from './counters.ts';
import { onceThere } from './maybe.ts';
import { Races } from './races.ts';
import { compileRegion } from './region.ts';
import { RequestScope } from './request-scope.ts';
import { emptyTable, tableOf } from './table.ts';

const request: PlanNode = { op: 'input', pipeline: 'test', columns: n, origin: { name: 'request', parent: null } };
const map = (input: PlanNode, ...stages: readonly [StageSpec, ...StageSpec[]]): PlanNode => completeNode({ op: 'map', input, stages });
const anyOf = (...inputs: readonly PlanNode[]): PlanNode => completeNode({ op: 'anyOf', inputs });
const stage = (name: string, run: RowFunction): StageSpec => specOf({ kind: 'row', run }, { name });
const plus = (more: number): StageSpec => stage(`plus ${more}`, ({ n: value }) => ({ n: Number(value) + more }));
const fails = (name: string): StageSpec =>
  stage(name, () => {
    throw new Error(name);
  });

interface Region {
  /** What becomes of a request at once, or later. */
  readonly run: (rows: readonly AnyRow[], scope?: RequestScope) => Promise<readonly AnyRow[]>;
  readonly runNow: (rows: readonly AnyRow[]) => unknown;
  readonly count: () => TaskCount;
}

/** A whole plan as one task. */
function regionOf(output: PlanNode): Region {
  const physical = physicalPlan(output, [fuseRegions], false);
  const [task] = physical.tasks;
  if (task === undefined || physical.tasks.length > 1) throw new TypeError('not one task');
  const stages = new Map(
    [...stagesOf(output)].map(([name, spec]) => [name, { spec, state: undefined, builtIn: undefined, close: async () => {} }]),
  );
  const counters = createCounters(task);
  const region = compileRegion(physical, task, { stages, counters, clock: new FakeClock() });
  const runNow = (rows: readonly AnyRow[], scope = new RequestScope()) =>
    onceThere(region([tableOf(rows)], scope), ([table]) => table?.rows ?? []);
  return { run: async (rows, scope) => runNow(rows, scope), runNow, count: () => readCounters(task, [counters]) };
}

/** A stage that waits for its gate, and notes that it has been called and whether its signal has been aborted. */
class Gated {
  readonly gate: Deferred<void> = defer();
  readonly spec: StageSpec;
  signal: AbortSignal | undefined;

  constructor(name: string, result: number) {
    this.spec = stage(name, async (_, context: StageContext) => {
      this.signal = context.signal;
      await this.gate.promise;
      return { n: result };
    });
  }
}

const spied = (name: string): { readonly spec: StageSpec; readonly calls: () => number } => {
  let calls = 0;
  const spec = stage(name, (row) => {
    calls++;
    return row;
  });
  return { spec, calls: () => calls };
};

describe('an anyOf of synchronous alternatives', () => {
  it('gives the first, makes no promise, and does not call the others', () => {
    const other = spied('other');
    expect(regionOf(anyOf(map(request, plus(1)), map(request, other.spec))).runNow(rowsOf(1))).toEqual(rowsOf(2));
    expect(other.calls()).toBe(0);
  });

  it('gives the second when the first fails', () => {
    expect(regionOf(anyOf(map(request, fails('first')), map(request, plus(2)))).runNow(rowsOf(1))).toEqual(rowsOf(3));
  });

  it('fails as the first of them when all fail', async () => {
    const region = regionOf(anyOf(map(request, fails('first')), map(request, fails('second'))));
    await expect(region.run(rowsOf(1))).rejects.toMatchObject({ code: 'STAGE_FAILED', problem: 'stage "first" failed: first' });
  });

  it('gives the rows of the request where these are an alternative, and does not call the others', () => {
    const other = spied('other');
    expect(regionOf(anyOf(request, map(request, other.spec))).runNow(rowsOf(1))).toEqual(rowsOf(1));
    expect(regionOf(anyOf(map(request, other.spec), request)).runNow(rowsOf(1))).toEqual(rowsOf(1));
    expect(other.calls()).toBe(0);
  });

  it('calls once, and always, what an alternative shares with the rest of the plan', () => {
    const shared = spied('shared');
    const both = map(request, shared.spec);
    const race = anyOf(map(request, plus(1)), both);
    const output = completeNode({ op: 'join', left: race, right: both, how: 'inner', as: 'right' });
    expect(regionOf(output).runNow(rowsOf(1))).toEqual([{ n: 2, right: { n: 1 } }]);
    expect(shared.calls()).toBe(1);
  });

  it('may be an alternative of another', () => {
    const other = spied('other');
    const inner = anyOf(map(request, fails('first')), map(request, plus(2)));
    expect(regionOf(anyOf(inner, map(request, other.spec))).runNow(rowsOf(1))).toEqual(rowsOf(3));
    expect(other.calls()).toBe(0);
  });

  it('counts its own rows as those of the alternative that won', () => {
    const region = regionOf(anyOf(map(request, plus(1)), map(request, plus(2))));
    region.runNow(rowsOf(1, 2));
    expect(region.count().steps.map(({ rowsIn, rowsOut }) => [rowsIn, rowsOut])).toEqual([
      [2, 2],
      [0, 0],
      [2, 2],
    ]);
  });
});

describe('an anyOf of asynchronous alternatives', () => {
  it('gives the one that is there first, whatever its place', async () => {
    const [slow, fast] = [new Gated('slow', 1), new Gated('fast', 2)];
    const answer = regionOf(anyOf(map(request, slow.spec), map(request, fast.spec))).run(rowsOf(0));
    fast.gate.resolve();
    expect(await answer).toEqual(rowsOf(2));
  });

  it('aborts the signals of the others, and starts no later stage of theirs', async () => {
    const [slow, fast, later] = [new Gated('slow', 1), new Gated('fast', 2), spied('later')];
    const answer = regionOf(anyOf(map(map(request, slow.spec), later.spec), map(request, fast.spec))).run(rowsOf(0));
    expect(slow.signal?.aborted).toBe(false);
    fast.gate.resolve();
    await answer;
    expect(slow.signal?.aborted).toBe(true);
    slow.gate.resolve();
    await settle();
    expect(later.calls()).toBe(0);
  });

  it('does not abort the signal of the one that wins, nor that of the request', async () => {
    const [slow, fast] = [new Gated('slow', 1), new Gated('fast', 2)];
    const scope = new RequestScope();
    const answer = regionOf(anyOf(map(request, slow.spec), map(request, fast.spec))).run(rowsOf(0), scope);
    fast.gate.resolve();
    await answer;
    expect(fast.signal?.aborted).toBe(false);
    expect(scope.reason).toBeUndefined();
  });

  it('falls back to the slow one when the fast one fails', async () => {
    const slow = new Gated('slow', 1);
    const answer = regionOf(anyOf(map(request, fails('fast')), map(request, slow.spec))).run(rowsOf(0));
    expect(await outcomeOf(answer)).toBe('waiting');
    slow.gate.resolve();
    expect(await answer).toEqual(rowsOf(1));
  });

  it('fails as the first of them when all fail, in whatever order', async () => {
    const gates = [defer(), defer()];
    const failing = (i: number): StageSpec =>
      stage(`failing ${i}`, () => (gates[i] as Deferred<void>).promise.then(() => Promise.reject(new Error(`${i}`))));
    const answer = regionOf(anyOf(map(request, failing(0)), map(request, failing(1)))).run(rowsOf(0));
    gates[1]?.resolve();
    expect(await outcomeOf(answer)).toBe('waiting');
    gates[0]?.resolve();
    expect(await outcomeOf(answer)).toMatchObject({ problem: 'stage "failing 0" failed: 0' });
  });

  it('lets a loser that fails afterwards fail unheard', async () => {
    const gate = defer();
    const failing = stage('failing', () => gate.promise.then(() => Promise.reject(new Error('late'))));
    const unheard = await unhandledRejections(async () => {
      await regionOf(anyOf(map(request, failing), map(request, plus(1)))).run(rowsOf(0));
      gate.resolve();
      await settle();
    });
    expect(unheard).toEqual([]);
  });

  it('takes the rows of a loser out of the batch that they wait for', async () => {
    const [busy, seen] = [defer(), [] as unknown[]];
    const run: BatchFunction = async (rows) => {
      seen.push(...rows.map(({ n: value }) => value));
      if (rows[0]?.n === 0) await busy.promise;
      return rows;
    };
    const batch = specOf({ kind: 'batch', run }, { name: 'batch' });
    const fast = new Gated('fast', 9);
    const region = regionOf(anyOf(map(request, batch), map(request, fast.spec)));
    const first = region.run(rowsOf(0));
    const second = region.run(rowsOf(1));
    fast.gate.resolve();
    expect(await Promise.all([first, second])).toEqual([rowsOf(9), rowsOf(9)]);
    busy.resolve();
    await settle();
    expect(seen).toEqual([0]);
  });

  it('does not cancel what the winner or the rest of the plan needs too', async () => {
    const [shared, slow, fast] = [new Gated('shared', 5), new Gated('slow', 1), plus(1)];
    const below = map(request, shared.spec);
    const answer = regionOf(anyOf(map(below, slow.spec), map(below, fast))).run(rowsOf(0));
    shared.gate.resolve();
    expect(await answer).toEqual(rowsOf(6));
    expect(shared.signal?.aborted).toBe(false);
    expect(slow.signal?.aborted).toBe(true);
  });

  it('ends with its request as a whole', async () => {
    const [a, b] = [new Gated('a', 1), new Gated('b', 2)];
    const scope = new RequestScope();
    const late = new FlowError('DEADLINE_EXCEEDED', 'too late');
    const answer = regionOf(anyOf(map(request, a.spec), map(request, b.spec))).run(rowsOf(0), scope);
    scope.end(late);
    expect(await outcomeOf(answer)).toBe(late);
    expect([a.signal?.reason, b.signal?.reason]).toEqual([late, late]);
  });

  it('ends the alternatives of an alternative that has lost', async () => {
    const [inner, fast] = [new Gated('inner', 1), new Gated('fast', 2)];
    const nested = anyOf(map(request, inner.spec), map(request, new Gated('beside', 3).spec));
    const answer = regionOf(anyOf(nested, map(request, fast.spec))).run(rowsOf(0));
    fast.gate.resolve();
    expect(await answer).toEqual(rowsOf(2));
    expect(inner.signal?.aborted).toBe(true);
  });
});

describe('a request that is answered', () => {
  const race = anyOf(map(request, plus(1)), map(request, plus(2)));
  const begun = () => {
    const branches = branchesOf(physicalPlan(race, [fuseRegions], false));
    const races = new Races(branches, new RequestScope(), null);
    const [first, second] = [races.scopeOf(0), races.scopeOf(1)];
    return { races, first, second, tableOfFirst: branches.list[0]?.input ?? 0 };
  };

  it('ends the alternatives of a race that is still open', async () => {
    const { races, first, second } = begun();
    const answer = defer<typeof emptyTable>();
    races.endWith(answer.promise);
    expect(first.reason).toBeUndefined();
    answer.resolve(emptyTable);
    await settle();
    expect([first.reason?.code, second.reason?.code]).toEqual(['REQUEST_CANCELLED', 'REQUEST_CANCELLED']);
  });

  it('leaves the winner of a decided race alone', () => {
    const { races, first, second, tableOfFirst } = begun();
    races.made(tableOfFirst, emptyTable);
    races.endWith(emptyTable);
    expect([first.reason, second.reason?.code]).toEqual([undefined, 'REQUEST_CANCELLED']);
  });
});
