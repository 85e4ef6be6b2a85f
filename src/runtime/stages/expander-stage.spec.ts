import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { outcomeOf } from '../../../test/support/settle.ts';
import { environmentOf, rowsOf, type TestEnvironment } from '../../../test/support/stages.ts';
import { FlowError } from '../../errors/flow-error.ts';
import type { ExpandFunction, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Maybe } from '../maybe.ts';
import { RequestScope } from '../request-scope.ts';
import { expanderStage } from './expander-stage.ts';

interface Stage extends TestEnvironment {
  readonly call: (rows: readonly AnyRow[], scope?: RequestScope) => Maybe<readonly (readonly AnyRow[])[]>;
}

function expanderOf(run: ExpandFunction, fields: Partial<StageSpec> = {}): Stage {
  const environment = environmentOf({ kind: 'expand', run }, fields);
  const runner = expanderStage(environment, run);
  return { ...environment, call: (rows, scope = new RequestScope()) => runner(rows, scope) };
}

const upTo = ({ n }: AnyRow): readonly AnyRow[] => rowsOf(...Array(Number(n)).keys());
const gone = new FlowError('REQUEST_CANCELLED', 'gone');

describe('an expander', () => {
  it.each<[string, ExpandFunction]>([
    ['an array', upTo],
    ['a set', (row) => new Set(upTo(row))],
    [
      'a generator',
      function* (row) {
        yield* upTo(row);
      },
    ],
  ])('gives a value, and no promise, for %s', (_, run) => {
    expect(expanderOf(run).call(rowsOf(2, 0, 1))).toEqual([rowsOf(0, 1), [], rowsOf(0)]);
  });

  it.each<[string, ExpandFunction]>([
    ['an array', async (row) => upTo(row)],
    ['an iterable', async (row) => new Set(upTo(row)) as unknown as readonly AnyRow[]],
    [
      'an asynchronous generator',
      async function* (row) {
        yield* upTo(row);
      },
    ],
    [
      'an array that is no promise but thenable, and whose then gives nothing',
      // biome-ignore lint/suspicious/noThenProperty: it is what is tested
      (row) => ({ then: (resolve: (rows: readonly AnyRow[]) => void) => resolve(upTo(row)) }) as unknown as Promise<readonly AnyRow[]>,
    ],
    ['arrays for some rows and promises for others', (row) => (row.n === 0 ? [] : Promise.resolve(upTo(row)))],
  ])('waits for a promise of %s', async (_, run) => {
    expect(await expanderOf(run).call(rowsOf(2, 0, 1))).toEqual([rowsOf(0, 1), [], rowsOf(0)]);
  });

  it('works on one row at a time', async () => {
    let ongoing = 0;
    const alone: ExpandFunction = async (row) => {
      expect(ongoing++).toBe(0);
      await null;
      ongoing--;
      return upTo(row);
    };
    await expanderOf(alone).call(rowsOf(1, 2, 3));
  });

  it.each([[undefined], [null], [7], ['text'], [{ n: 1 }]])('refuses %o, which is neither array nor iterable', (made) => {
    const { call, meter } = expanderOf(() => made as unknown as readonly AnyRow[]);
    expect(() => call(rowsOf(1))).toThrow(/stage "double" must give an array or iterable of rows but gave/);
    expect(meter.failures).toBe(1);
  });

  it('refuses a row of other columns', async () => {
    const wrong = { code: 'OUTPUT_INVALID', problem: 'stage "double" returned a wrong row: column "n" (int32) is missing' };
    await expect((async () => expanderOf(() => [{}]).call(rowsOf(1)))()).rejects.toMatchObject(wrong);
    await expect(expanderOf(async () => [{}]).call(rowsOf(1))).rejects.toMatchObject(wrong);
  });

  it('refuses an array with holes', () => {
    expect(() => expanderOf(() => new Array(2)).call(rowsOf(1))).toThrow('a row must be an object but is undefined');
  });

  it.each<[string, ExpandFunction]>([
    [
      'throws',
      () => {
        throw new Error('bad');
      },
    ],
    ['rejects', () => Promise.reject(new Error('bad'))],
    [
      'throws between two rows',
      function* () {
        yield { n: 1 };
        throw new Error('bad');
      },
    ],
    [
      'rejects between two rows',
      async function* () {
        yield { n: 1 };
        throw new Error('bad');
      },
    ],
  ])('fails the request with the cause when its function %s', async (_, run) => {
    await expect((async () => expanderOf(run).call(rowsOf(1)))()).rejects.toMatchObject({
      code: 'STAGE_FAILED',
      cause: { message: 'bad' },
    });
  });

  it('counts the rows it was given, not those it made', () => {
    const { call, meter } = expanderOf(upTo);
    call(rowsOf(5, 5));
    expect(meter.calls).toEqual([2]);
  });

  it('stops taking rows from a generator once the request has ended, and closes it', () => {
    const scope = new RequestScope();
    let isClosed = false;
    const endless: ExpandFunction = function* () {
      try {
        for (let i = 0; ; i++) {
          if (i === 3) scope.end(gone);
          yield { n: i };
        }
      } finally {
        isClosed = true;
      }
    };
    expect(() => expanderOf(endless).call(rowsOf(1), scope)).toThrow(gone);
    expect(isClosed).toBe(true);
  });

  it.each<[string, ExpandFunction]>([
    [
      'a generator',
      function* () {
        for (let i = 0; ; i++) yield { n: i };
      },
    ],
    [
      'an asynchronous generator that never waits',
      async function* () {
        for (let i = 0; ; i++) yield { n: i };
      },
    ],
  ])('stops taking rows from %s at the deadline, though no timer fires meanwhile', async (_, endless) => {
    const clock = new FakeClock();
    const environment = environmentOf({ kind: 'expand', run: endless }, {}, clock);
    let readings = 0;
    const ticking = { ...environment, clock: { after: clock.after, now: () => clock.now() + ++readings } };
    const expand = expanderStage(ticking, endless);
    const late = expect.objectContaining({ code: 'DEADLINE_EXCEEDED' });
    await expect((async () => expand(rowsOf(1), new RequestScope(10)))()).rejects.toEqual(late);
  });

  it('lets go of an asynchronous generator that never yields when the request ends', async () => {
    const scope = new RequestScope();
    const answer = expanderOf(async function* () {
      await new Promise(() => {});
      yield { n: 1 };
    }).call(rowsOf(1), scope);
    scope.end(gone);
    expect(await outcomeOf(Promise.resolve(answer))).toBe(gone);
  });

  it('starts no row whose deadline has passed', () => {
    const seen: unknown[] = [];
    const { call, clock } = expanderOf((row) => {
      seen.push(row.n);
      clock.advance(10);
      return [];
    });
    expect(() => call(rowsOf(1, 2), new RequestScope(10))).toThrow(expect.objectContaining({ code: 'DEADLINE_EXCEEDED' }));
    expect(seen).toEqual([1]);
  });
});
