import { describe, expect, it } from 'vitest';
import { defer, outcomeOf } from '../../../test/support/settle.ts';
import { environmentOf, rowsOf, type TestEnvironment } from '../../../test/support/stages.ts';
import { FlowError } from '../../errors/flow-error.ts';
import type { BatchFunction, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Maybe } from '../maybe.ts';
import { RequestScope } from '../request-scope.ts';
import { batchStage } from './batch-stage.ts';
import { Turns } from './turns.ts';

interface Stage extends TestEnvironment {
  readonly call: (rows: readonly AnyRow[], scope?: RequestScope) => Maybe<readonly AnyRow[]>;
}

function batchOf(run: BatchFunction, fields: Partial<StageSpec> = {}, turns = new Turns()): Stage {
  const environment = environmentOf({ kind: 'batch', run }, fields);
  const runner = batchStage({ ...environment, turns }, run);
  return { ...environment, call: (rows, scope = new RequestScope()) => runner(rows, scope) };
}

const doubled: BatchFunction = (rows) => rows.map(({ n }) => ({ n: Number(n) * 2 }));
const gone = new FlowError('REQUEST_CANCELLED', 'gone');

describe('a batch stage', () => {
  it('gives a value, and no promise, when its function is synchronous', () => {
    expect(batchOf(doubled).call(rowsOf(1, 2))).toEqual(rowsOf(2, 4));
  });

  it('tells how long a synchronous function kept the thread', () => {
    const { call, clock, meter } = batchOf((rows) => {
      clock.advance(14);
      return rows;
    });
    call(rowsOf(1, 2));
    expect(meter.blocks).toEqual([14]);
  });

  it('keeps to maxBatch', () => {
    const { call, meter } = batchOf(doubled, { maxBatch: 2 });
    expect(call(rowsOf(1, 2, 3))).toEqual(rowsOf(2, 4, 6));
    expect(meter.calls).toEqual([2, 1]);
  });

  it.each<[string, readonly AnyRow[]]>([
    ['fewer', rowsOf(1)],
    ['more', rowsOf(1, 2, 3)],
    ['no', []],
  ])('that returns %s rows fails by its name', async (_, returned) => {
    const wrong = { code: 'BATCH_SIZE_CHANGED', problem: `stage "double" was given 2 rows but returned ${returned.length}` };
    await expect((async () => batchOf(() => returned).call(rowsOf(1, 2)))()).rejects.toMatchObject(wrong);
    await expect(batchOf(async () => returned).call(rowsOf(1, 2))).rejects.toMatchObject(wrong);
  });

  it('that returns no array fails by its name', () => {
    const { call } = batchOf(() => new Set() as unknown as readonly AnyRow[]);
    expect(() => call(rowsOf(1))).toThrow('[OUTPUT_INVALID] stage "double" must return an array of rows but returned a Set');
  });

  it('that returns an array with holes fails by its name', () => {
    const { call } = batchOf((rows) => new Array(rows.length));
    expect(() => call(rowsOf(1, 2))).toThrow(
      '[OUTPUT_INVALID] stage "double" returned a wrong row: a row must be an object but is undefined',
    );
  });

  it('fails just the request whose row it returns wrong', async () => {
    const first = defer();
    const { call, meter } = batchOf(async (rows) => {
      if (rows[0]?.n === 0) await first.promise;
      return rows.map((row) => (row.n === 2 ? {} : row));
    });
    const answers = [0, 1, 2].map((number) => Promise.resolve(call(rowsOf(number))).catch((error: FlowError) => error.code));
    first.resolve();
    expect(await Promise.all(answers)).toEqual([rowsOf(0), rowsOf(1), 'OUTPUT_INVALID']);
    expect(meter.failures).toBe(2);
  });

  it('repeats no failed call that has effects', async () => {
    const first = defer();
    const run: BatchFunction = async (rows) => {
      if (rows[0]?.n === 0) await first.promise;
      else throw new Error('bad');
      return rows;
    };
    const { call, meter } = batchOf(run, { effects: true });
    const answers = [0, 1, 2].map((number) => Promise.resolve(call(rowsOf(number))).catch((error: FlowError) => error.code));
    first.resolve();
    expect(await Promise.all(answers)).toEqual([rowsOf(0), 'STAGE_FAILED', 'STAGE_FAILED']);
    expect(meter).toMatchObject({ calls: [1], failures: 1 });
  });

  it('that runs on a thread computes, so it takes turns with what else does there', async () => {
    const turns = new Turns();
    const [busy, next] = [defer(), batchOf(doubled, { runsOn: 'thread' }, turns)];
    const computing = batchOf((rows) => busy.promise.then(() => rows), { runsOn: 'thread' }, turns).call(rowsOf(1));
    const answer = Promise.resolve(next.call(rowsOf(2)));
    expect(next.meter.calls).toEqual([]);
    busy.resolve();
    expect(await Promise.all([computing, answer])).toEqual([rowsOf(1), rowsOf(4)]);
  });

  it('that runs anywhere waits for others, so nobody waits for it', async () => {
    const turns = new Turns();
    void batchOf(() => new Promise(() => {}), {}, turns).call(rowsOf(1));
    expect(batchOf(doubled, { runsOn: 'thread' }, turns).call(rowsOf(2))).toEqual(rowsOf(4));
    void batchOf(() => new Promise(() => {}), { runsOn: 'thread' }, turns).call(rowsOf(1));
    expect(batchOf(doubled, {}, turns).call(rowsOf(2))).toEqual(rowsOf(4));
  });

  it('is free again after a call that took longer than its timeoutMs', async () => {
    const { call, clock } = batchOf(({ 0: first }) => (first?.n === 0 ? new Promise(() => {}) : Promise.resolve([{ n: 1 }])), {
      timeoutMs: 50,
    });
    const [stuck, next] = [Promise.resolve(call(rowsOf(0))), Promise.resolve(call(rowsOf(1)))];
    clock.advance(50);
    expect(await outcomeOf(stuck)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await next).toEqual(rowsOf(1));
    expect(clock.timers).toBe(0);
  });

  it('is free again when the request of a call that never returns has ended', async () => {
    const scope = new RequestScope();
    const { call } = batchOf((rows) => (rows[0]?.n === 0 ? new Promise(() => {}) : Promise.resolve(rows)));
    const [stuck, next] = [Promise.resolve(call(rowsOf(0), scope)), Promise.resolve(call(rowsOf(1)))];
    scope.end(gone);
    expect(await outcomeOf(stuck)).toBe(gone);
    expect(await next).toEqual(rowsOf(1));
  });

  it('gives its function the earliest deadline of its requests and a signal that none of them has for itself', async () => {
    const first = defer();
    let given: unknown[] = [];
    const scopes = [new RequestScope(900), new RequestScope(800)];
    const { call } = batchOf(async (rows, { deadlineMs, signal }) => {
      if (rows[0]?.n === 0) await first.promise;
      else given = [rows.length, deadlineMs, scopes.some((scope) => scope.signal === signal)];
      return rows;
    });
    const answers = [call(rowsOf(0)), ...scopes.map((scope) => call(rowsOf(1), scope))];
    first.resolve();
    await Promise.all(answers);
    expect(given).toEqual([2, 800, false]);
  });

  it('does not start for a request whose deadline has passed', () => {
    const { call, clock } = batchOf(doubled);
    clock.advance(10);
    expect(() => call(rowsOf(1), new RequestScope(10))).toThrow(expect.objectContaining({ code: 'DEADLINE_EXCEEDED' }));
  });
});
