import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { PlainReplica } from '../../test/support/plain-replica.ts';
import { type Deferred, defer, outcomeOf, settle, unhandledRejections } from '../../test/support/settle.ts';
import { FlowError } from '../errors/flow-error.ts';
import type { Race } from '../plan/race.ts';
import type { Copy } from './copy.ts';
import { forestalled } from './forestalled.ts';
import { ReplicaPool } from './pool/replica-pool.ts';
import { Racer } from './racing.ts';
import { RequestScope } from './request-scope.ts';

const three: Race = { kind: 'copies', copies: 3 };
const hedge: Race = { kind: 'hedge', budget: 0.5 };

/** Races of calls that wait until they are told to go on, and what was reported of them. */
function contest(race: Race = three) {
  const clock = new FakeClock();
  const reported: string[] = [];
  const meter = {
    raced: (wonByCopy: boolean) => reported.push(wonByCopy ? 'won by a copy' : 'won by the call'),
    extra: (ms: number) => reported.push(`${ms} ms extra`),
    uncancelled: () => reported.push('goes on'),
  };
  const racer = new Racer({ race, clock, meter });
  const copies: (Copy & Deferred<string>)[] = [];
  const start = (copy: Copy): Promise<string> => {
    const deferred = defer<string>();
    copy.begins();
    copies.push({ ...deferred, scope: copy.scope, used: copy.used, begins: copy.begins });
    return deferred.promise;
  };
  return { clock, racer, reported, copies, start };
}

/** Calls of a stage that was seen to take so long, one after another. */
async function seen(calls: number, { clock, racer }: ReturnType<typeof contest>, { rows = 1, ms = 10 } = {}): Promise<void> {
  for (let i = 0; i < calls; i++) {
    const gate = defer<string>();
    const start = (copy: Copy): Promise<string> => {
      copy.begins();
      return gate.promise;
    };
    const call = racer.run(new RequestScope(), start, { rows });
    clock.advance(ms);
    gate.resolve('');
    await call;
  }
}

describe('a race of copies', () => {
  it('is won by the first success, whichever copy that is; the others end', async () => {
    const { racer, copies, start, reported } = contest();
    const answer = racer.run(new RequestScope(), start);
    expect(copies).toHaveLength(3);
    copies[1]?.resolve('second');
    expect(await answer).toBe('second');
    expect(copies.map(({ scope }) => scope.signal.aborted)).toEqual([true, false, true]);
    expect(reported).toContain('won by a copy');
  });

  it('passes over failures while another runs, and fails with the first when all have', async () => {
    const { racer, copies, start } = contest();
    const answer = racer.run(new RequestScope(), start) as Promise<string>;
    copies[2]?.reject(new Error('third'));
    expect(await outcomeOf(answer)).toBe('waiting');
    copies[0]?.reject(new Error('first'));
    copies[1]?.reject(new Error('second'));
    await expect(answer).rejects.toThrow('third');
  });

  it('is not held where the call is done at once, or fails at once', () => {
    const { racer } = contest();
    let calls = 0;
    expect(racer.run(new RequestScope(), () => ++calls)).toBe(1);
    const failing = (): never => {
      calls++;
      throw new Error('at once');
    };
    expect(() => racer.run(new RequestScope(), failing)).toThrow('at once');
    expect(calls).toBe(2);
  });

  it('counts what copies compute until they are done, also after they have lost', async () => {
    const { racer, copies, start, reported, clock } = contest();
    const answer = racer.run(new RequestScope(), start);
    clock.advance(5);
    copies[0]?.resolve('');
    await answer;
    copies[1]?.reject(new Error('heeds its signal'));
    await settle();
    clock.advance(7);
    copies[2]?.resolve('does not');
    await settle();
    expect(reported).toEqual(['won by the call', '5 ms extra', '12 ms extra', 'goes on']);
  });

  it('counts nothing of a copy that waited in a line and left it', async () => {
    const { racer, reported, clock } = contest();
    const gate = defer<string>();
    const answer = racer.run(new RequestScope(), ({ scope, used }) => {
      if (!used.has(gate)) {
        used.add(gate);
        return gate.promise.then((made) => {
          used.letGo();
          return made;
        });
      }
      return new Promise((_, reject) => scope.onEnd(reject));
    });
    clock.advance(5);
    gate.resolve('');
    await answer;
    await settle();
    expect(reported).toEqual(['won by the call']);
  });

  it('counts what a replica computes until it lets go of it, though the call was answered before', async () => {
    const { racer, reported, clock } = contest({ kind: 'copies', copies: 2 });
    const gates = [defer<string>(), defer<string>()];
    const given: Copy[] = [];
    const answer = racer.run(new RequestScope(), (copy) => {
      copy.used.add(copy);
      copy.used.begun();
      given.push(copy);
      const gate = gates[given.length - 1] as Deferred<string>;
      copy.scope.onEnd(gate.reject);
      return gate.promise;
    });
    clock.advance(5);
    gates[0]?.resolve('');
    await answer;
    await settle();
    clock.advance(20);
    given[1]?.used.letGo();
    expect(reported).toEqual(['won by the call', 'goes on', '25 ms extra']);
  });

  it('counts the call itself too where it belongs to an alternative that has lost', async () => {
    const { racer, copies, start, reported, clock } = contest({ kind: 'copies', copies: 2 });
    const scope = new RequestScope();
    const answer = racer.run(scope, start) as Promise<string>;
    clock.advance(5);
    scope.end(forestalled);
    copies[0]?.reject(new Error('heeds its signal'));
    await settle();
    clock.advance(1);
    copies[1]?.resolve('does not');
    await answer;
    expect(reported).toEqual(['5 ms extra', '6 ms extra', 'goes on', 'won by a copy']);
  });

  it('has no more copies than there are replicas', () => {
    const { racer, copies, start } = contest();
    void racer.run(new RequestScope(), start, { capacityNow: () => ({ replicas: 2, idle: 0 }) });
    expect(copies).toHaveLength(2);
    void racer.run(new RequestScope(), start, { capacityNow: () => ({ replicas: 1, idle: 0 }) });
    expect(copies).toHaveLength(3);
  });

  it('ends with its request, and nobody hears twice', async () => {
    const { racer, copies, start } = contest();
    const scope = new RequestScope();
    const unheard = await unhandledRejections(async () => {
      const answer = racer.run(scope, start) as Promise<string>;
      scope.end(new FlowError('REQUEST_CANCELLED', 'gone'));
      expect(copies.map((copy) => copy.scope.reason?.problem)).toEqual(['gone', 'gone', 'gone']);
      for (const { reject } of copies) reject(new Error('aborted'));
      await expect(answer).rejects.toThrow('aborted');
    });
    expect(unheard).toEqual([]);
  });

  it('leaves nothing with its request, after many', async () => {
    const { racer } = contest();
    const scope = new RequestScope();
    let ended = 0;
    for (let i = 0; i < 10_000; i++) {
      await racer.run(scope, async (copy) => {
        copy.scope.onEnd(() => ended++);
        return i;
      });
    }
    ended = 0;
    scope.end(new FlowError('REQUEST_CANCELLED', 'gone'));
    expect(ended).toBe(0);
  });
});

describe('a race on a pool of replicas', () => {
  /** Two replicas that take one call at a time. */
  async function game() {
    const { racer, reported, clock } = contest({ kind: 'copies', copies: 2 });
    const made: PlainReplica[] = [];
    const pool = new ReplicaPool<number, string>({
      name: 'test',
      replicas: 2,
      callsPerReplica: 1,
      mayRepeat: true,
      clock,
      onCrash: () => {},
      create: (number, events) => {
        const replica = new PlainReplica(number, events);
        made.push(replica);
        replica.start();
        return replica;
      },
      says: { hopeless: 'no hope', closing: 'closing' },
    });
    await pool.startFirst();
    await pool.startOthers();
    const race = (work: number, scope = new RequestScope()): Promise<unknown> =>
      Promise.resolve(racer.run(scope, (copy) => pool.run(work, copy.scope, copy.used))).catch(String);
    return { pool, made, reported, clock, race, call: (work: number) => pool.run(work, new RequestScope()) };
  }

  it('has a loser that waits leave the line, and no replica runs it', async () => {
    const { pool, made, reported, clock, race, call } = await game();
    const other = call(1);
    const raced = race(2);
    expect([pool.queued, pool.statistics().outstanding]).toEqual([1, 2]);
    clock.advance(5);
    made.find(({ ran }) => ran.includes(2))?.answer();
    await raced;
    await settle();
    expect([pool.queued, pool.statistics().outstanding]).toEqual([0, 1]);
    expect(made.map(({ ran }) => ran.join())).toEqual(expect.arrayContaining(['1', '2']));
    expect(reported).toEqual(['won by the call']);
    for (const replica of made) replica.answer();
    await other;
  });

  it('has both leave the line with their request', async () => {
    const { pool, race, call } = await game();
    void call(1);
    void call(2);
    const scope = new RequestScope();
    const raced = race(3, scope);
    expect(pool.queued).toBe(2);
    scope.end(new FlowError('REQUEST_CANCELLED', 'gone'));
    expect(await raced).toContain('gone');
    expect(pool.queued).toBe(0);
  });

  it('gives what has become free to who waits behind the loser', async () => {
    const { made, race, call } = await game();
    const other = call(1);
    const raced = race(2);
    const next = call(3);
    const replica = made.find(({ ran }) => ran.includes(2));
    replica?.answer();
    await raced;
    await settle();
    expect(replica?.ran).toEqual([2, 3]);
    for (const each of made) each.answer();
    await Promise.all([other, next]);
  });
});

describe('a hedge', () => {
  it('makes no copy before enough calls are known, and then after the delay, of calls that exceed it', async () => {
    const game = contest(hedge);
    const { racer, clock, copies, start } = game;
    void racer.run(new RequestScope(), start);
    clock.advance(60_000);
    expect(copies).toHaveLength(1);
    await seen(60, game);
    void racer.run(new RequestScope(), start);
    clock.advance(9);
    expect(copies).toHaveLength(2);
    clock.advance(3);
    expect(copies).toHaveLength(3);
  });

  it('makes no copy of a large batch after what is long for a small one', async () => {
    const game = contest(hedge);
    const { racer, clock, copies, start } = game;
    await seen(60, game);
    void racer.run(new RequestScope(), start, { rows: 32 });
    clock.advance(60_000);
    expect(copies).toHaveLength(1);
    await seen(60, game, { rows: 32, ms: 200 });
    void racer.run(new RequestScope(), start, { rows: 32 });
    clock.advance(199);
    expect(copies).toHaveLength(2);
    clock.advance(30);
    expect(copies).toHaveLength(3);
  });

  it('fails at once with a call that fails before its copy is due, and makes none any more', async () => {
    const game = contest(hedge);
    const { racer, clock, copies, start } = game;
    await seen(60, game);
    const answer = racer.run(new RequestScope(), start) as Promise<string>;
    copies[0]?.reject(new Error('broken'));
    await expect(answer).rejects.toThrow('broken');
    expect(clock.timers).toBe(0);
    clock.advance(1000);
    expect(copies).toHaveLength(1);
  });

  it('makes no copy where there is no other replica', async () => {
    const game = contest(hedge);
    await seen(60, game);
    void game.racer.run(new RequestScope(), game.start, { capacityNow: () => ({ replicas: 1, idle: 0 }) });
    expect(game.clock.timers).toBe(0);
  });

  it('makes no copy for a request that is over', async () => {
    const game = contest(hedge);
    const { racer, clock, copies, start } = game;
    await seen(60, game);
    const scope = new RequestScope();
    void racer.run(scope, start);
    scope.end(new FlowError('REQUEST_CANCELLED', 'gone'));
    clock.advance(1000);
    expect(copies).toHaveLength(1);
  });

  it('keeps its budget in a slow spell', async () => {
    const game = contest({ kind: 'hedge', budget: 0.05 });
    await seen(400, game);
    let made = 0;
    for (let i = 0; i < 200; i++) {
      void game.racer.run(new RequestScope(), (copy) => {
        copy.begins();
        made++;
        return new Promise(() => {});
      });
    }
    game.clock.advance(1000);
    expect(made - 200).toBeGreaterThan(0);
    expect(made - 200).toBeLessThanOrEqual(20);
  });
});

describe('a race that is left to be chosen', () => {
  const capacity = (idle: number) => ({ capacityNow: () => ({ replicas: 4, idle }) });

  it('makes no copies of calls that take equally long', async () => {
    const game = contest({ kind: 'auto' });
    await seen(200, game);
    void game.racer.run(new RequestScope(), game.start, capacity(3));
    expect(game.copies).toHaveLength(1);
  });

  it('makes no copies of calls that take longer because they are larger', async () => {
    const game = contest({ kind: 'auto' });
    await seen(90, game);
    await seen(60, game, { rows: 32, ms: 200 });
    for (const rows of [1, 32]) void game.racer.run(new RequestScope(), game.start, { rows, ...capacity(3) });
    expect(game.copies).toHaveLength(2);
  });

  it('makes copies at once where times vary and replicas are idle, else after a delay', async () => {
    const game = contest({ kind: 'auto' });
    for (let i = 0; i < 100; i++) game.racer.known.of(1).times.done(i % 10 === 0 ? 100 : 10);
    void game.racer.run(new RequestScope(), game.start, capacity(3));
    expect(game.copies).toHaveLength(3);
    void game.racer.run(new RequestScope(), game.start, capacity(1));
    expect(game.copies).toHaveLength(4);
  });
});
