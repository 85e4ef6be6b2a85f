import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { PlainReplica } from '../../../test/support/plain-replica.ts';
import { outcomeOf, settle } from '../../../test/support/settle.ts';
import { FlowError } from '../../errors/flow-error.ts';
import { RequestScope, withJointScope } from '../request-scope.ts';
import { ReplicaPool } from './replica-pool.ts';
import { UsedReplicas } from './used-replicas.ts';

const crash = new FlowError('REPLICA_CRASHED', 'as it was told');
const gone = new FlowError('REQUEST_CANCELLED', 'gone');

interface Options {
  readonly replicas?: number;
  readonly mayRepeat?: boolean;
  /** Whether replicas are ready as soon as they are made. */
  readonly startsAtOnce?: boolean;
}

/** A pool that has not been started, its replicas as they were made, and its clock. */
function poolOf({ replicas = 1, mayRepeat = true, startsAtOnce = true }: Options = {}) {
  const made: PlainReplica[] = [];
  const crashes: FlowError[] = [];
  const clock = new FakeClock();
  let refusal: Error | undefined;
  let isLate = !startsAtOnce;
  const pool = new ReplicaPool<number, string>({
    name: 'test',
    replicas,
    callsPerReplica: 2,
    mayRepeat,
    clock,
    onCrash: (reason) => crashes.push(reason),
    create: (number, events) => {
      if (refusal !== undefined) throw refusal;
      const replica = new PlainReplica(number, events);
      made.push(replica);
      if (!isLate) replica.start();
      return replica;
    },
    says: { hopeless: 'no hope', closing: 'closing' },
  });
  const refuse = (error: Error | undefined): void => {
    refusal = error;
  };
  const startLate = (): void => {
    isLate = true;
  };
  return { pool, made, crashes, clock, refuse, startLate, replica: (at: number) => made[at] as PlainReplica };
}

async function started(options: Options = {}) {
  const all = poolOf(options);
  await all.pool.startFirst();
  await all.pool.startOthers();
  return all;
}

const codeOf = (answer: Promise<unknown>): Promise<unknown> => answer.then(String, (error: FlowError) => error.code);
const run = (pool: ReplicaPool<number, string>, ...works: readonly number[]): readonly Promise<unknown>[] =>
  works.map((work) => codeOf(pool.run(work, new RequestScope())));

describe('a pool of replicas', () => {
  it('starts one alone, whose memory it measures, and then the others', async () => {
    const { pool, made } = poolOf({ replicas: 3 });
    await pool.startFirst();
    expect([made.length, pool.memoryBytes]).toEqual([1, 1000]);
    await pool.startOthers();
    expect(made.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  it('does not start where a replica does not', async () => {
    const { pool, replica } = poolOf({ startsAtOnce: false });
    const starting = pool.startFirst();
    replica(0).end(crash);
    await expect(starting).rejects.toBe(crash);
  });

  it('gives calls to who has the fewest', async () => {
    const { pool, made } = await started({ replicas: 3 });
    run(pool, 1, 2, 3, 4, 5, 6);
    expect(made.map(({ outstanding }) => outstanding)).toEqual([2, 2, 2]);
  });

  it('lets the earliest deadline go first, and equals in the order in which they came', async () => {
    const { pool, replica } = await started();
    run(pool, 1, 2);
    const due = [30, 10, 20, 10].map((deadlineMs, i) => codeOf(pool.run(3 + i, new RequestScope(deadlineMs))));
    for (let i = 0; i < 6; i++) replica(0).answer();
    await Promise.all(due);
    expect(replica(0).ran).toEqual([1, 2, 4, 6, 5, 3]);
  });

  it('lets a call leave the line when its request ends', async () => {
    const { pool, replica } = await started();
    run(pool, 1, 2);
    const scope = new RequestScope();
    const waiting = codeOf(pool.run(3, scope));
    scope.end(gone);
    expect(await waiting).toBe('REQUEST_CANCELLED');
    replica(0).answer();
    expect([pool.queued, replica(0).ran]).toEqual([0, [1, 2]]);
  });

  it('gives a call up whose deadline has passed, though nobody has noticed, and runs those behind it', async () => {
    const { pool, replica, clock } = await started();
    run(pool, 1, 2);
    const [late, inTime] = [10, 11].map((inMs) => codeOf(pool.run(inMs, new RequestScope(clock.now() + inMs))));
    clock.advance(10);
    replica(0).answer();
    replica(0).answer();
    replica(0).answer();
    expect(await Promise.all([late, inTime])).toEqual(['DEADLINE_EXCEEDED', '11 by 0']);
    expect(replica(0).ran).toEqual([1, 2, 11]);
  });

  it('runs a call of several requests as long as one of them may wait', async () => {
    const { pool, replica, clock } = await started();
    run(pool, 1, 2);
    const scopes = [10, 30].map((inMs) => new RequestScope(clock.now() + inMs));
    const answer = withJointScope(scopes, (scope) => codeOf(pool.run(3, scope)));
    clock.advance(20);
    for (let i = 0; i < 3; i++) replica(0).answer();
    expect(await answer).toBe('3 by 0');
  });

  it('does not run a call whose request has ended', async () => {
    const { pool, replica } = await started();
    const scope = new RequestScope();
    scope.end(gone);
    expect(await codeOf(pool.run(1, scope))).toBe('REQUEST_CANCELLED');
    expect(replica(0).ran).toEqual([]);
  });

  it('counts what came, what waits and how long replicas were busy', async () => {
    const { pool, replica, clock } = await started({ replicas: 2 });
    run(pool, 1, 2, 3, 4, 5);
    clock.advance(10);
    replica(0).answer();
    replica(0).answer();
    replica(0).answer();
    clock.advance(5);
    const seen = {
      ready: 2,
      starting: 0,
      draining: 0,
      queued: 0,
      oldestWaitMs: 0,
      outstanding: 2,
      arrivals: 5,
      completions: 3,
      busyMs: 25,
    };
    expect(pool.statistics()).toEqual(seen);
  });

  it('says how long the longest has waited', async () => {
    const { pool, clock } = await started();
    run(pool, 1, 2, 3);
    clock.advance(4);
    void codeOf(pool.run(4, new RequestScope(5)));
    clock.advance(3);
    expect(pool.statistics()).toMatchObject({ queued: 2, oldestWaitMs: 7 });
  });
});

describe('a replica that ends', () => {
  it('is started again after a while that doubles until one has answered', async () => {
    const { made, replica, clock, crashes, pool } = await started();
    for (const [at, backOffMs] of [100, 200, 400].entries()) {
      replica(at).end(crash);
      clock.advance(backOffMs - 1);
      expect(made).toHaveLength(at + 1);
      clock.advance(1);
      await settle();
    }
    expect(crashes).toEqual([crash, crash, crash]);
    run(pool, 1);
    replica(3).answer();
    replica(3).end(crash);
    clock.advance(100);
    expect(made).toHaveLength(5);
  });

  it('has what has to run again go before what came later', async () => {
    const { pool, replica, clock } = await started();
    const [first, ...others] = run(pool, 1, 2, 3);
    replica(0).end(crash);
    expect(await first).toBe('REPLICA_CRASHED');
    clock.advance(100);
    await settle();
    expect(replica(1).ran).toEqual([2, 3]);
    replica(1).answer();
    replica(1).answer();
    expect(await Promise.all(others)).toEqual(['2 by 0', '3 by 0']);
  });

  it('does not have calls run again that have effects', async () => {
    const { pool, replica } = await started({ mayRepeat: false });
    const answers = run(pool, 1, 2);
    replica(0).end(crash);
    expect(await Promise.all(answers)).toEqual(['REPLICA_CRASHED', 'REPLICA_CRASHED']);
  });

  it('lets nobody wait once it has failed three times and has twice not come up', async () => {
    const { pool, replica, clock } = await started({ startsAtOnce: true });
    replica(0).end(crash);
    const [waiting] = run(pool, 1);
    for (const [at, backOffMs] of [100, 200].entries()) {
      expect(await outcomeOf(waiting as Promise<unknown>)).toBe('waiting');
      clock.advance(backOffMs);
      replica(at + 1).end(crash);
      await settle();
    }
    expect(await waiting).toBe('NO_REPLICA');
    expect(await run(pool, 2)[0]).toBe('NO_REPLICA');
  });

  it('is waited for however often calls have ended it', async () => {
    const { pool, replica, clock } = await started();
    for (const [at, backOffMs] of [100, 200, 400, 800].entries()) {
      run(pool, at);
      replica(at).end(crash);
      clock.advance(backOffMs);
      await settle();
    }
    const [answer] = run(pool, 9);
    replica(4).answer();
    expect(await answer).toBe('9 by 0');
  });

  it('is tried again where there cannot be one just now', async () => {
    const { pool, replica, clock, refuse, crashes } = await started();
    replica(0).end(crash);
    refuse(new Error('no descriptors'));
    clock.advance(100);
    refuse(undefined);
    expect(crashes).toEqual([crash, expect.objectContaining({ cause: expect.objectContaining({ message: 'no descriptors' }) })]);
    clock.advance(200);
    await settle();
    expect(pool.isReady).toBe(true);
  });
});

describe('a pool that is scaled', () => {
  it('starts more, and gives them what waits', async () => {
    const { pool, replica } = await started();
    run(pool, 1, 2, 3, 4);
    await pool.scaleTo(2);
    expect(replica(1).ran).toEqual([3, 4]);
    expect(pool.statistics()).toMatchObject({ ready: 2, starting: 0, queued: 0 });
  });

  it('lets those go that have least to do, and not before they have nothing to do', async () => {
    const { pool, made } = await started({ replicas: 2 });
    run(pool, 1, 2, 3);
    const idler = made.find(({ outstanding }) => outstanding === 1) as PlainReplica;
    const scaled = pool.scaleTo(1);
    expect([await outcomeOf(scaled), idler.isDraining, pool.statistics()]).toEqual([
      'waiting',
      false,
      expect.objectContaining({ ready: 1, draining: 1, outstanding: 3 }),
    ]);
    const [late] = run(pool, 4);
    idler.answer();
    await scaled;
    expect(pool.statistics()).toMatchObject({ ready: 1, draining: 0, queued: 1, completions: 1 });
    const other = made.find((replica) => replica !== idler) as PlainReplica;
    for (let i = 0; i < 3; i++) other.answer();
    expect(await late).toBe(`4 by ${other.number}`);
  });

  it('keeps one that was to go and still works, rather than start another', async () => {
    const { pool, made } = await started({ replicas: 2 });
    run(pool, 1, 2);
    const scaled = pool.scaleTo(1);
    await pool.scaleTo(2);
    await scaled;
    expect([made.length, pool.statistics().ready]).toEqual([2, 2]);
  });

  it('gives a new replica the number of one that has gone', async () => {
    const { pool, made } = await started({ replicas: 3 });
    await pool.scaleTo(1);
    await pool.scaleTo(2);
    const numbers = made.map(({ number }) => number);
    expect(new Set(numbers)).toEqual(new Set([0, 1, 2]));
    expect(numbers).toHaveLength(4);
  });

  it('does nothing when it has as many', async () => {
    const { pool, made } = await started({ replicas: 2 });
    await Promise.all([pool.scaleTo(3), pool.scaleTo(3)]);
    await pool.scaleTo(3);
    expect(made).toHaveLength(3);
  });

  it('says why one does not start, and is as it was', async () => {
    const { pool, replica, crashes, clock } = poolOf({ startsAtOnce: false });
    const starting = pool.startFirst();
    replica(0).start();
    await starting;
    await pool.startOthers();
    const scaled = pool.scaleTo(2);
    replica(1).end(crash);
    await expect(scaled).rejects.toBe(crash);
    clock.advance(1000);
    expect([pool.replicas, pool.statistics().ready, crashes]).toEqual([1, 1, []]);
  });

  it('says why there cannot be another, and is as it was', async () => {
    const { pool, refuse } = await started();
    refuse(new Error('no descriptors'));
    await expect(pool.scaleTo(2)).rejects.toMatchObject({ code: 'REPLICA_CRASHED', cause: { message: 'no descriptors' } });
    expect(pool.statistics()).toMatchObject({ ready: 1, starting: 0 });
  });

  it('lets one go first that is still starting, which nobody is told', async () => {
    const { pool, replica } = poolOf({ startsAtOnce: false });
    const starting = pool.startFirst();
    replica(0).start();
    await starting;
    await pool.startOthers();
    const up = pool.scaleTo(2);
    await Promise.all([up, pool.scaleTo(1)]);
    expect(pool.statistics()).toMatchObject({ ready: 1, starting: 0, draining: 0 });
  });

  it('lets one go first that waits for its next start', async () => {
    const { pool, made, replica, clock } = await started({ replicas: 2 });
    replica(0).end(crash);
    await pool.scaleTo(1);
    clock.advance(10_000);
    expect([made.length, pool.statistics().ready, clock.timers]).toEqual([2, 1, 0]);
  });

  it('has none without a replica', async () => {
    const { pool } = await started();
    await expect(pool.scaleTo(0)).rejects.toThrow('a pool cannot have 0 replicas');
  });

  it('stays as it is once it is closed', async () => {
    const { pool, made } = await started();
    await pool.drain();
    await pool.scaleTo(3);
    expect(made).toHaveLength(1);
    expect(await run(pool, 1)[0]).toBe('DRAINING');
  });
});

describe('copies of a call', () => {
  it('go to replicas that have had none', async () => {
    const { pool, made } = await started({ replicas: 3 });
    const used = new UsedReplicas();
    for (let copy = 0; copy < 3; copy++) void codeOf(pool.run(1, new RequestScope(), used));
    expect(made.map(({ ran }) => ran)).toEqual([[1], [1], [1]]);
    expect(pool.canUseAnother(used)).toBe(false);
  });

  it('can use another where one has room', async () => {
    const { pool, made } = await started({ replicas: 2 });
    const used = new UsedReplicas();
    expect(pool.canUseAnother(used)).toBe(true);
    void codeOf(pool.run(1, new RequestScope(), used));
    expect(pool.canUseAnother(used)).toBe(true);
    run(pool, 2, 3, 4);
    expect(pool.canUseAnother(used)).toBe(false);
    expect(made.map(({ outstanding }) => outstanding)).toEqual([2, 2]);
  });

  it('go to the same one rather than wait', async () => {
    const { pool, replica } = await started();
    const used = new UsedReplicas();
    void codeOf(pool.run(1, new RequestScope(), used));
    void codeOf(pool.run(1, new RequestScope(), used));
    expect(replica(0).ran).toEqual([1, 1]);
  });
});

describe('a pool in which replicas end and come as they please', () => {
  const step = fc.record({
    what: fc.constantFrom('run', 'run', 'run', 'answer', 'answer', 'end', 'start', 'scale', 'cancel', 'advance', 'settle'),
    which: fc.nat({ max: 50 }),
  });

  it('answers each call once, and counts all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.boolean(), fc.boolean(), async (steps, mayRepeat, startsLate) => {
        const { pool, made, clock, startLate } = await started({ replicas: 2, mayRepeat });
        if (startsLate) startLate();
        const scopes: RequestScope[] = [];
        const answers: Promise<unknown>[] = [];
        const takes = {
          run: (which: number) => {
            const scope = new RequestScope(which % 2 === 0 ? undefined : which);
            scopes.push(scope);
            answers.push(codeOf(pool.run(answers.length, scope)));
          },
          answer: (which: number) => made[which % made.length]?.answer(),
          end: (which: number) => made[which % made.length]?.end(crash),
          start: (which: number) => made[which % made.length]?.start(),
          scale: (which: number) => void pool.scaleTo(1 + (which % 4)).catch(() => {}),
          cancel: (which: number) => scopes[which % scopes.length]?.end(gone),
          advance: () => clock.advance(10_000),
          settle,
        };
        for (const { what, which } of steps) await takes[what as keyof typeof takes](which);
        const scaled = pool.scaleTo(3);
        for (let left = pool.queued + pool.statistics().outstanding; left > 0; left = pool.queued + pool.statistics().outstanding) {
          clock.advance(10_000);
          answerAll(made);
          await settle();
        }
        for (const replica of made) replica.start();
        await scaled;
        const given = await Promise.all(answers);
        expect(given.map((answer, work) => /^(\d+) by/.exec(String(answer))?.[1] ?? String(work))).toEqual(
          given.map((_, work) => String(work)),
        );
        expect(['REPLICA_CRASHED', 'REQUEST_CANCELLED', 'NO_REPLICA', 'DEADLINE_EXCEEDED']).toEqual(
          expect.arrayContaining(given.filter((answer) => !String(answer).includes(' by '))),
        );
        const answered = made.flatMap((replica) => replica.answered);
        expect(new Set(answered).size).toBe(answered.length);
        const { ready, starting, draining, outstanding, arrivals } = pool.statistics();
        expect({ ready: ready + starting, draining, outstanding, arrivals }).toEqual({
          ready: pool.replicas,
          draining: 0,
          outstanding: 0,
          arrivals: answers.length,
        });
        await pool.drain();
        expect(clock.timers).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

function answerAll(replicas: readonly PlainReplica[]): void {
  for (const replica of replicas) {
    replica.start();
    replica.answer();
  }
}
