import { describe, expect, it } from 'vitest';
import { defer, outcomeOf, settle, unhandledRejections } from '../../../test/support/settle.ts';
import { environmentOf, rowsOf, type TestEnvironment } from '../../../test/support/stages.ts';
import { FlowError } from '../../errors/flow-error.ts';
import type { RowFunction, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Maybe } from '../maybe.ts';
import { RequestScope } from '../request-scope.ts';
import { rowStage } from './row-stage.ts';

interface Stage extends TestEnvironment {
  readonly call: (rows: readonly AnyRow[], scope?: RequestScope) => Maybe<readonly AnyRow[]>;
}

function stageOf(run: RowFunction, fields: Partial<StageSpec> = {}): Stage {
  const environment = environmentOf({ kind: 'row', run }, fields);
  const runner = rowStage(environment, run);
  return { ...environment, call: (rows, scope = new RequestScope()) => runner(rows, scope) };
}

const double: RowFunction = ({ n }) => ({ n: Number(n) * 2 });
const gone = new FlowError('REQUEST_CANCELLED', 'gone');

describe('a row stage', () => {
  it('gives a value, and no promise, when its function is synchronous', () => {
    expect(stageOf(double).call(rowsOf(1, 2))).toEqual(rowsOf(2, 4));
  });

  it('calls a synchronous function one row after another', () => {
    const seen: unknown[] = [];
    stageOf((row) => {
      seen.push(row.n);
      return row;
    }).call(rowsOf(3, 1, 2));
    expect(seen).toEqual([3, 1, 2]);
  });

  it('tells how long a synchronous function kept the thread', () => {
    const { call, clock, meter } = stageOf((row) => {
      clock.advance(14);
      return row;
    });
    call(rowsOf(1));
    expect(meter.blocks).toEqual([14]);
  });

  it('works on rows side by side when its function is asynchronous, and keeps their order', async () => {
    const gates = [defer<AnyRow>(), defer<AnyRow>()];
    const answer = stageOf(({ n }) => (gates[Number(n)] ?? gates[0])?.promise as Promise<AnyRow>).call(rowsOf(0, 1));
    gates[1]?.resolve({ n: 11 });
    await settle();
    gates[0]?.resolve({ n: 10 });
    expect(await answer).toEqual(rowsOf(10, 11));
  });

  it('takes functions that are asynchronous for some rows alone', async () => {
    const mixed: RowFunction = (row) => (Number(row.n) % 2 === 0 ? row : Promise.resolve(row));
    expect(await stageOf(mixed).call(rowsOf(0, 1, 2, 3, 4))).toEqual(rowsOf(0, 1, 2, 3, 4));
  });

  it('works on at most 32 rows at a time', async () => {
    let ongoing = 0;
    let most = 0;
    const counting: RowFunction = async (row) => {
      most = Math.max(most, ++ongoing);
      await settle();
      ongoing--;
      return row;
    };
    await stageOf(counting).call(rowsOf(...Array(100).keys()));
    expect(most).toBe(32);
  });

  it('calls each row once', async () => {
    const seen: unknown[] = [];
    const rows = rowsOf(...Array(70).keys());
    await stageOf(async (row) => {
      seen.push(row.n);
      return row;
    }).call(rows);
    expect(seen).toEqual([...Array(70).keys()]);
  });

  it.each<[string, RowFunction]>([
    [
      'throws',
      () => {
        throw new Error('bad');
      },
    ],
    ['rejects', () => Promise.reject(new Error('bad'))],
    [
      'throws after others were asynchronous',
      ({ n }) => {
        if (n === 2) throw new Error('bad');
        return Promise.resolve({ n });
      },
    ],
  ])('fails the request with the cause when its function %s', async (_, run) => {
    const { call, meter } = stageOf(run);
    const failed = (async () => call(rowsOf(1, 2, 3)))();
    await expect(failed).rejects.toMatchObject({ code: 'STAGE_FAILED', problem: 'stage "double" failed: bad', cause: { message: 'bad' } });
    expect(meter).toMatchObject({ calls: [], failures: 1 });
  });

  it('passes an error with a code on as it is', () => {
    const own = new FlowError('ROW_INVALID', 'mine');
    expect(() =>
      stageOf(() => {
        throw own;
      }).call(rowsOf(1)),
    ).toThrow(own);
  });

  it.each<[string, unknown, string]>([
    ['no row', undefined, 'a row must be an object but is undefined'],
    ['another type', { n: 'x' }, 'column "n" must be int32 but is "x"'],
    ['a column too many', { n: 1, m: 1 }, 'column "m" is not one of the columns, which are "n"'],
    ['a column too few', {}, 'column "n" (int32) is missing'],
  ])('refuses %s that it returns, now or later', async (_, returned, problem) => {
    const wrong = { code: 'OUTPUT_INVALID', problem: `stage "double" returned a wrong row: ${problem}` };
    await expect((async () => stageOf(() => returned as AnyRow).call(rowsOf(1)))()).rejects.toMatchObject(wrong);
    await expect(stageOf(async () => returned as AnyRow).call(rowsOf(1))).rejects.toMatchObject(wrong);
  });

  it('counts a call with its rows', async () => {
    const { call, meter } = stageOf(double);
    call(rowsOf(1, 2, 3));
    expect(meter).toMatchObject({ calls: [3], failures: 0 });
  });

  it('gives its function the state, the deadline and a signal', () => {
    let given: unknown[] = [];
    const { call } = stageOf((row, { state, deadlineMs, signal }) => {
      given = [state, deadlineMs, signal.aborted];
      return row;
    });
    call(rowsOf(1), new RequestScope(1234));
    expect(given).toEqual(['state', 1234, false]);
  });

  it('does not start for a request whose deadline has passed', () => {
    const { call, clock, meter } = stageOf(double);
    clock.advance(10);
    expect(() => call(rowsOf(1), new RequestScope(10))).toThrow(expect.objectContaining({ code: 'DEADLINE_EXCEEDED' }));
    expect(meter.calls).toEqual([]);
  });

  it('does not start for a request that has ended', () => {
    const scope = new RequestScope();
    scope.end(gone);
    expect(() => stageOf(double).call(rowsOf(1), scope)).toThrow(gone);
  });

  it('starts no further row once the request has ended', async () => {
    const scope = new RequestScope();
    const seen: unknown[] = [];
    const { call } = stageOf((row) => {
      seen.push(row.n);
      scope.end(gone);
      return row;
    });
    expect(() => call(rowsOf(1, 2), scope)).toThrow(gone);
    expect(seen).toEqual([1]);
  });

  it('lets go of a function that never answers when the request ends, and aborts its signal', async () => {
    const scope = new RequestScope();
    let signal: AbortSignal | undefined;
    const answer = stageOf((_, context) => {
      signal = context.signal;
      return new Promise(() => {});
    }).call(rowsOf(1), scope);
    scope.end(gone);
    expect(await outcomeOf(Promise.resolve(answer))).toBe(gone);
    expect(signal?.reason).toBe(gone);
  });

  it('fails a call that takes longer than its timeoutMs, and calls the timer off for one that does not', async () => {
    const { call, clock } = stageOf(({ n }) => (n === 0 ? new Promise(() => {}) : Promise.resolve({ n })), { timeoutMs: 50 });
    await call(rowsOf(1));
    expect(clock.timers).toBe(0);
    const slow = Promise.resolve(call(rowsOf(0)));
    clock.advance(49);
    expect(await outcomeOf(slow)).toBe('waiting');
    clock.advance(1);
    expect(await outcomeOf(slow)).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      problem: 'stage "double" took longer than its timeoutMs of 50',
    });
  });

  it('leaves no timer behind for a request that ended before its timeoutMs', async () => {
    const scope = new RequestScope();
    const { call, clock } = stageOf(() => new Promise(() => {}), { timeoutMs: 50 });
    const answer = Promise.resolve(call(rowsOf(1), scope));
    scope.end(gone);
    expect(await outcomeOf(answer)).toBe(gone);
    expect(clock.timers).toBe(0);
  });

  it('lets no call end the process that fails after its deadline passed while it was started', async () => {
    const gate = defer<AnyRow>();
    const { call, clock } = stageOf(() => {
      clock.advance(10);
      return gate.promise;
    });
    const unheard = await unhandledRejections(async () => {
      const answer = Promise.resolve(call(rowsOf(1), new RequestScope(10))).catch(() => {});
      gate.reject(new Error('late'));
      await answer;
    });
    expect(unheard).toEqual([]);
  });
});
