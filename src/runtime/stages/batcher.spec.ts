import { describe, expect, it } from 'vitest';
import { type Deferred, defer, outcomeOf, settle } from '../../../test/support/settle.ts';
import { MeterLog, rowsOf } from '../../../test/support/stages.ts';
import { FlowError } from '../../errors/flow-error.ts';
import type { AnyRow } from '../../schema/column.ts';
import { VirtualClock } from '../../simulator/virtual-clock.ts';
import { RequestScope, untilEnd } from '../request-scope.ts';
import { type BatchCall, Batcher, type BatcherOptions, type CallTiming } from './batcher.ts';
import { Turns } from './turns.ts';

const gone = new FlowError('REQUEST_CANCELLED', 'gone');
const doubled = (rows: readonly AnyRow[]): readonly AnyRow[] => rows.map(({ n }) => ({ n: Number(n) * 2 }));

function batcherOf(call: BatchCall, options: Partial<BatcherOptions> = {}): Batcher {
  const failure = (cause: unknown, scope: RequestScope): FlowError =>
    scope.reason ?? new FlowError('STAGE_FAILED', String(cause), { cause });
  const late = (): FlowError => new FlowError('DEADLINE_EXCEEDED', 'late');
  return new Batcher({ call, maxBatch: 32, failure, late, mayRepeat: true, clock: new VirtualClock(), meter: new MeterLog(), ...options });
}

/** A call that is answered from outside: each waits in `calls`. */
function gated(): { readonly call: BatchCall; readonly calls: { readonly numbers: readonly unknown[]; readonly gate: Deferred<void> }[] } {
  const calls: { readonly numbers: readonly unknown[]; readonly gate: Deferred<void> }[] = [];
  const call: BatchCall = (rows, scope) => {
    const gate = defer();
    calls.push({ numbers: rows.map(({ n }) => n), gate });
    return untilEnd(
      gate.promise.then(() => doubled(rows)),
      scope,
    );
  };
  return { call, calls };
}

const run = (batcher: Batcher, numbers: readonly number[], scope = new RequestScope()): Promise<unknown> =>
  (async () => batcher.run(rowsOf(...numbers), scope))().catch((error: unknown) => error);

describe('a batcher', () => {
  it('calls at once when nothing runs, and gives a value when the call does', () => {
    expect(batcherOf(doubled).run(rowsOf(1, 2), new RequestScope())).toEqual(rowsOf(2, 4));
  });

  it('throws what a synchronous call throws', () => {
    const fails = batcherOf(() => {
      throw 'bad';
    });
    expect(() => fails.run(rowsOf(1), new RequestScope())).toThrow('[STAGE_FAILED] bad');
  });

  it('puts what arrives during a call into the next one, in the order of arrival', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call);
    const answers = [run(batcher, [1]), run(batcher, [2, 3]), run(batcher, [4])];
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1]]);
    calls[0]?.gate.resolve();
    await settle();
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2, 3, 4]]);
    calls[1]?.gate.resolve();
    expect(await Promise.all(answers)).toEqual([rowsOf(2), rowsOf(4, 6), rowsOf(8)]);
  });

  it('never calls with more rows than maxBatch, and gives a request that is larger all of its rows in order', async () => {
    const sizes: number[] = [];
    const batcher = batcherOf(
      async (rows) => {
        sizes.push(rows.length);
        return doubled(rows);
      },
      { maxBatch: 3 },
    );
    expect(await Promise.all([run(batcher, [1, 2, 3, 4]), run(batcher, [5, 6, 7])])).toEqual([rowsOf(2, 4, 6, 8), rowsOf(10, 12, 14)]);
    expect(sizes).toEqual([3, 3, 1]);
  });

  it('puts rows of different keys into different calls, the longest waiting first', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call, { keyOf: ({ n }) => String(Number(n) % 2) });
    const answers = [run(batcher, [0]), run(batcher, [1, 2, 3]), run(batcher, [4])];
    for (let i = 0; i < 3; i++) {
      calls[i]?.gate.resolve();
      await settle();
    }
    expect(calls.map(({ numbers }) => numbers)).toEqual([[0], [1, 3], [2, 4]]);
    expect(await Promise.all(answers)).toEqual([rowsOf(0), rowsOf(2, 4, 6), rowsOf(8)]);
  });

  it('has no call lie behind another that is not short', async () => {
    const { call, calls } = gated();
    const clock = new VirtualClock();
    const batcher = batcherOf(call, { clock, concurrency: 2, servers: 1 });
    for (const n of [1, 2, 3]) void run(batcher, [n]);
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2]]);
    clock.advance(20);
    calls[0]?.gate.resolve();
    calls[1]?.gate.resolve();
    await settle();
    void run(batcher, [4]);
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2], [3]]);
  });

  it('takes a call for as short as it was once it had begun', async () => {
    const { call, calls } = gated();
    const clock = new VirtualClock();
    const timings: CallTiming[] = [];
    const timed: BatchCall = (rows, scope, timing) => {
      timings.push(timing);
      return call(rows, scope, timing);
    };
    const batcher = batcherOf(timed, { clock, concurrency: 2, servers: 1 });
    for (const n of [1, 2]) void run(batcher, [n]);
    for (const i of [0, 1]) {
      clock.advance(1.5);
      calls[i]?.gate.resolve();
      const next = timings[i + 1];
      if (next !== undefined) next.beganMs = clock.now();
      await settle();
    }
    for (const n of [3, 4]) void run(batcher, [n]);
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2], [3], [4]]);
  });

  it('repeats a failed call of several requests for each alone, so that just those fail whose rows make it', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf((rows, ...rest) => {
      if (rows.some(({ n }) => n === 3)) return Promise.reject('three');
      return call(rows, ...rest);
    });
    const answers = [run(batcher, [1]), run(batcher, [2]), run(batcher, [3]), run(batcher, [4])];
    for (let i = 0; i < 3; i++) {
      calls[i]?.gate.resolve();
      await settle();
    }
    expect(await Promise.all(answers)).toEqual([rowsOf(2), rowsOf(4), expect.objectContaining({ cause: 'three' }), rowsOf(8)]);
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2], [4]]);
  });

  it('repeats a failed call too that throws at once', async () => {
    const first = defer();
    const batcher = batcherOf((rows) => {
      if (rows.some(({ n }) => n === 3)) throw 'three';
      return rows[0]?.n === 1 ? first.promise.then(() => doubled(rows)) : doubled(rows);
    });
    const answers = [run(batcher, [1]), run(batcher, [2]), run(batcher, [3])];
    first.resolve();
    expect(await Promise.all(answers)).toEqual([rowsOf(2), rowsOf(4), expect.objectContaining({ cause: 'three' })]);
  });

  it('does not repeat a failed call of one request', async () => {
    let calls = 0;
    const batcher = batcherOf(() => {
      calls++;
      return Promise.reject('bad');
    });
    expect(await run(batcher, [1, 2])).toMatchObject({ cause: 'bad' });
    expect(calls).toBe(1);
  });

  it('does not repeat a failed call that may not be: all of its requests fail', async () => {
    const first = defer();
    let calls = 0;
    const batcher = batcherOf(
      (rows) => {
        if (++calls === 1) return first.promise.then(() => doubled(rows));
        return Promise.reject('bad');
      },
      { mayRepeat: false },
    );
    const answers = [run(batcher, [1]), run(batcher, [2]), run(batcher, [3])];
    first.resolve();
    expect(await Promise.all(answers)).toEqual([
      rowsOf(2),
      expect.objectContaining({ cause: 'bad' }),
      expect.objectContaining({ cause: 'bad' }),
    ]);
    expect(calls).toBe(2);
  });

  it('calls nothing more for a request of which one call failed', async () => {
    const seen: unknown[] = [];
    const batcher = batcherOf(
      (rows) => {
        seen.push(...rows.map(({ n }) => n));
        return Promise.reject('bad');
      },
      { maxBatch: 1 },
    );
    expect(await run(batcher, [1, 2, 3])).toMatchObject({ cause: 'bad' });
    await settle();
    expect(seen).toEqual([1]);
  });

  it('goes on with the next requests after a failed call', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call);
    const answers = [run(batcher, [1]), run(batcher, [2])];
    calls[0]?.gate.reject('bad');
    await settle();
    calls[1]?.gate.resolve();
    expect(await Promise.all(answers)).toEqual([expect.objectContaining({ cause: 'bad' }), rowsOf(4)]);
  });

  it('takes the rows of a request that has ended out of the line', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call);
    const scope = new RequestScope();
    const answers = [run(batcher, [1]), run(batcher, [2], scope), run(batcher, [3])];
    scope.end(gone);
    expect(await answers[1]).toBe(gone);
    calls[0]?.gate.resolve();
    await settle();
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [3]]);
  });

  it('answers a request that has ended while it is called, without ending the call for the others', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call);
    const scope = new RequestScope();
    const answers = [run(batcher, [1]), run(batcher, [2], scope), run(batcher, [3])];
    calls[0]?.gate.resolve();
    await settle();
    scope.end(gone);
    expect(await answers[1]).toBe(gone);
    calls[1]?.gate.resolve();
    expect(await answers[2]).toEqual(rowsOf(6));
  });

  it('is free again when all requests of a call that never returns have ended', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call);
    const [a, b] = [new RequestScope(), new RequestScope()];
    const answers = [run(batcher, [1]), run(batcher, [2], a), run(batcher, [3], b)];
    calls[0]?.gate.resolve();
    await settle();
    const next = run(batcher, [4]);
    a.end(gone);
    await settle();
    expect(calls).toHaveLength(2);
    b.end(gone);
    await settle();
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2, 3], [4]]);
    calls[2]?.gate.resolve();
    expect(await Promise.all([...answers, next])).toEqual([rowsOf(2), gone, gone, rowsOf(8)]);
  });

  it('repeats nothing for requests that have all ended', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call);
    const [a, b] = [new RequestScope(), new RequestScope()];
    void [run(batcher, [1]), run(batcher, [2], a), run(batcher, [3], b)];
    calls[0]?.gate.resolve();
    await settle();
    a.end(gone);
    b.end(gone);
    await settle();
    expect(calls).toHaveLength(2);
  });

  it('gives two steps of one request each its own rows', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call);
    const scope = new RequestScope();
    const answers = [run(batcher, [0]), run(batcher, [1, 2], scope), run(batcher, [3], scope)];
    for (let i = 0; i < 2; i++) {
      calls[i]?.gate.resolve();
      await settle();
    }
    expect(await Promise.all(answers)).toEqual([rowsOf(0), rowsOf(2, 4), rowsOf(6)]);
    expect(await outcomeOf(run(batcher, []))).toEqual([]);
  });
});

describe('a batcher with several calls under way', () => {
  it('starts as many as it may, in the order of arrival, and puts what arrives then together', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call, { concurrency: 2 });
    const answers = [run(batcher, [1]), run(batcher, [2]), run(batcher, [3]), run(batcher, [4])];
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2]]);
    calls[1]?.gate.resolve();
    await settle();
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2], [3, 4]]);
    calls[2]?.gate.resolve();
    calls[0]?.gate.resolve();
    expect(await Promise.all(answers)).toEqual([rowsOf(2), rowsOf(4), rowsOf(6), rowsOf(8)]);
  });

  it('gives a request that is larger than a call its rows in order, whichever call is done first', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call, { concurrency: 2, maxBatch: 2 });
    const answer = run(batcher, [1, 2, 3]);
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1, 2], [3]]);
    calls[1]?.gate.resolve();
    await settle();
    calls[0]?.gate.resolve();
    expect(await answer).toEqual(rowsOf(2, 4, 6));
  });

  it('never has more under way, also while a failed call is repeated', async () => {
    let [running, most] = [0, 0];
    const batcher = batcherOf(
      async (rows) => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        if (rows.some(({ n }) => n === 3)) throw 'three';
        return doubled(rows);
      },
      { concurrency: 2 },
    );
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => run(batcher, [number])));
    expect(answers).toEqual([rowsOf(2), rowsOf(4), expect.objectContaining({ cause: 'three' }), rowsOf(8), rowsOf(10), rowsOf(12)]);
    expect(most).toBe(2);
  });

  it('leaves the others alone when one call fails', async () => {
    const { call, calls } = gated();
    const batcher = batcherOf(call, { concurrency: 2 });
    const answers = [run(batcher, [1]), run(batcher, [2]), run(batcher, [3])];
    calls[0]?.gate.reject('bad');
    await settle();
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2], [3]]);
    calls[1]?.gate.resolve();
    calls[2]?.gate.resolve();
    expect(await Promise.all(answers)).toEqual([expect.objectContaining({ cause: 'bad' }), rowsOf(4), rowsOf(6)]);
  });
});

describe('batchers that take turns', () => {
  /** Two after each other, which note their calls in one list. */
  function inLine(options: Partial<BatcherOptions> = {}) {
    const turns = new Turns();
    const { call, calls } = gated();
    const [first, second] = [batcherOf(call, { turns, ...options }), batcherOf(call, { turns, ...options })];
    const finish = async (i: number): Promise<void> => {
      calls[i]?.gate.resolve();
      // What waited for a turn that has nothing to call any more hands it on later.
      for (let turn = 0; turn < 3; turn++) await settle();
    };
    return { first, second, finish, numbers: () => calls.map(({ numbers }) => numbers) };
  }

  it('call at once when nothing computes, and give a value when the call does', () => {
    expect(batcherOf(doubled, { turns: new Turns() }).run(rowsOf(1, 2), new RequestScope())).toEqual(rowsOf(2, 4));
  });

  it('have one call under way, whichever is asked', async () => {
    const { first, second, finish, numbers } = inLine();
    const answers = [run(first, [1]), run(second, [2])];
    expect(numbers()).toEqual([[1]]);
    await finish(0);
    expect(numbers()).toEqual([[1], [2]]);
    await finish(1);
    expect(await Promise.all(answers)).toEqual([rowsOf(2), rowsOf(4)]);
  });

  it('make up a call when its turn has come, of all that has come until then', async () => {
    const { first, second, finish, numbers } = inLine();
    void [run(first, [1]), run(second, [2])];
    await settle();
    void run(second, [3]);
    await finish(0);
    expect(numbers()).toEqual([[1], [2, 3]]);
  });

  it('put what several requests go on with into one call of the next', async () => {
    const { first, second, finish, numbers } = inLine();
    const through = async (number: number): Promise<unknown> => {
      await run(first, [number]);
      // Each takes longer than the one before.
      for (let i = 0; i < number; i++) await Promise.resolve();
      return run(second, [number]);
    };
    void [run(first, [0]), through(1), through(2), through(3)];
    await finish(0);
    await finish(1);
    expect(numbers()).toEqual([[0], [1, 2, 3], [1, 2, 3]]);
  });

  it('keep a turn until all is called that waited for it, and no longer', async () => {
    const { first, second, finish, numbers } = inLine({ maxBatch: 2 });
    void [run(second, [0]), run(first, [1, 2, 3]), run(second, [4])];
    await finish(0);
    void run(first, [5, 6]);
    await finish(1);
    await finish(2);
    await finish(3);
    expect(numbers()).toEqual([[0], [1, 2], [3, 5], [4], [6]]);
  });

  it('pass over a request that has ended before its turn', async () => {
    const { first, second, finish, numbers } = inLine();
    const scope = new RequestScope();
    const answers = [run(first, [1]), run(second, [2], scope), run(first, [3])];
    scope.end(gone);
    expect(await answers[1]).toBe(gone);
    await finish(0);
    expect(numbers()).toEqual([[1], [3]]);
  });

  it('go on after a call that failed, and after one whose request has ended', async () => {
    const { first, second, finish, numbers } = inLine();
    const scope = new RequestScope();
    const answers = [run(first, [1], scope), run(second, [2]), run(first, [3])];
    scope.end(gone);
    await settle();
    await settle();
    expect(numbers()).toEqual([[1], [2]]);
    await finish(1);
    expect(await Promise.all(answers.slice(0, 2))).toEqual([gone, rowsOf(4)]);
    expect(numbers()).toEqual([[1], [2], [3]]);
  });
});
