import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { defer, outcomeOf, settle, unhandledRejections } from '../../test/support/settle.ts';
import { n, rowsOf } from '../../test/support/stages.ts';
import { durationsOf } from '../../test/support/statistics.ts';
import type { FlowError } from '../errors/flow-error.ts';
import { buildPlan, type FlowBuilder } from '../language/builder.ts';
import { batchStage, stage } from '../language/stage.ts';
import type { LogicalPlan, PipelineOptions } from '../plan/node.ts';
import { type AnyRow, int32 } from '../schema/column.ts';
import { arrive, poissonArrivals } from '../simulator/arrivals.ts';
import { seededRandom } from '../simulator/random.ts';
import { sleep } from '../simulator/sleep.ts';
import { Deployment } from './deployment.ts';
import type { DeploymentOptions } from './settings.ts';

const planOf = (build: (flow: FlowBuilder) => FlowBuilder, options: PipelineOptions = {}): LogicalPlan =>
  buildPlan('test', n, build, options);
const deploy = (build: (flow: FlowBuilder) => FlowBuilder, options?: DeploymentOptions): Promise<Deployment> =>
  Deployment.start(planOf(build), options);
const double = (flow: FlowBuilder): FlowBuilder => flow.map(n, ({ n: value }: AnyRow) => ({ n: Number(value) * 2 }));
const never = (flow: FlowBuilder): FlowBuilder => flow.map(n, () => new Promise(() => {}));
const codeOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => 'answered',
    (error: FlowError) => error.code,
  );

function fail(message: string): never {
  throw new Error(message);
}

/** A stage that answers when it is told to. */
function gated(): { readonly build: (flow: FlowBuilder) => FlowBuilder; readonly open: () => void } {
  const gate = defer();
  return { build: (flow) => flow.map(n, (row: AnyRow) => gate.promise.then(() => row)), open: gate.resolve };
}

/** A stage that takes a row at a time, each for so long, and asks nobody whether the answer is still wanted. */
function oneByOne(clock: FakeClock, serviceMs: number): (flow: FlowBuilder) => FlowBuilder {
  let freeAtMs = 0;
  return (flow) =>
    flow.map(n, async (row: AnyRow) => {
      freeAtMs = Math.max(freeAtMs, clock.now()) + serviceMs;
      await sleep(clock, freeAtMs - clock.now());
      return row;
    });
}

describe('a deployment', () => {
  it('answers a request', async () => {
    const deployment = await deploy(double);
    expect(await deployment.run(rowsOf(1, 2))).toEqual(rowsOf(2, 4));
    expect(await deployment.run([])).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a row with another type', [{ n: 1 }, { n: 'x' }], 'row 1: column "n" must be int32 but is "x"'],
    ['a column too many', [{ n: 1, m: 1 }], 'row 0: column "m" is not one of the columns, which are "n"'],
    ['no row', [undefined], 'row 0: a row must be an object but is undefined'],
    ['an array with holes', new Array(1), 'row 0: a row must be an object but is undefined'],
    ['no array', { n: 1 }, 'pipeline "test" takes an array of rows but was given an object'],
  ])('refuses %s', async (_, rows, problem) => {
    const deployment = await deploy(double);
    await expect(deployment.run(rows as AnyRow[])).rejects.toMatchObject({ code: 'ROW_INVALID', problem });
  });

  it('runs rows that are known to fit without looking at them', async () => {
    const deployment = await deploy(double);
    expect(await deployment.runValid(rowsOf(1, 2))).toEqual(rowsOf(2, 4));
    expect(await deployment.runValid([{ n: '3' }])).toEqual(rowsOf(6));
    expect(deployment.statistics().requests).toEqual({ received: 2, succeeded: 2, failed: {} });
  });

  it('does not notice when the caller goes on with its array of rows', async () => {
    const gate = defer();
    const deployment = await deploy((flow) => flow.derive({ m: int32 }, () => gate.promise.then(() => ({ m: 1 }))));
    const rows = [{ n: 1 }, { n: 2 }];
    const answer = deployment.run(rows);
    rows.length = 0;
    gate.resolve();
    expect(await answer).toEqual([
      { n: 1, m: 1 },
      { n: 2, m: 1 },
    ]);
  });

  it('refuses more requests at once than maxQueue, says when to come back, and takes them again later', async () => {
    const { build, open } = gated();
    const deployment = await deploy(build, { maxQueue: 2 });
    const taken = [deployment.run(rowsOf(1)), deployment.run(rowsOf(2))];
    await expect(deployment.run(rowsOf(3))).rejects.toMatchObject({ code: 'QUEUE_FULL', retryAfterMs: 1000 });
    open();
    await Promise.all(taken);
    expect(await deployment.run(rowsOf(3))).toEqual(rowsOf(3));
  });

  it('refuses at three times its load who would be late, says when to come back, and answers nearly all others in time', async () => {
    const clock = new FakeClock();
    const deployment = await deploy(oneByOne(clock, 10), { clock, timeoutMs: 100 });
    const refusals: FlowError[] = [];
    arrive(clock, poissonArrivals(seededRandom(1), 300), 20_000, () => {
      deployment.run(rowsOf(1)).catch((error: FlowError) => refusals.push(error));
    });
    await clock.run();
    const { received, succeeded, failed } = deployment.statistics().requests;
    expect(succeeded).toBeGreaterThan(0.9 * 100 * 20);
    expect(failed.DEADLINE_EXCEEDED ?? 0).toBeLessThan(0.1 * succeeded);
    expect(received).toBe(succeeded + (failed.DEADLINE_EXCEEDED ?? 0) + (failed.OVERLOADED ?? 0));
    expect(refusals.find(({ code }) => code === 'OVERLOADED')).toMatchObject({
      problem: expect.stringMatching(/^the pipeline "test" would answer in about \d+ ms, and 100 ms are allowed$/),
      retryAfterMs: expect.any(Number),
    });
  });

  it('takes them all the same where it is told to, and answers few in time', async () => {
    const clock = new FakeClock();
    const deployment = await deploy(oneByOne(clock, 10), { clock, timeoutMs: 100, admission: false });
    arrive(clock, poissonArrivals(seededRandom(1), 300), 20_000, () => void deployment.run(rowsOf(1)).catch(() => {}));
    await clock.run();
    const { succeeded, failed } = deployment.statistics().requests;
    expect(succeeded).toBeLessThan(0.1 * 100 * 20);
    expect(Object.keys(failed)).not.toContain('OVERLOADED');
  });

  it('counts every request once: answered, failed by code, or under way', async () => {
    const { build, open } = gated();
    const deployment = await deploy(build, { maxQueue: 1 });
    const answers = [deployment.run(rowsOf(1)), deployment.run(rowsOf(2)), deployment.run([{}])].map(codeOf);
    expect(deployment.statistics()).toMatchObject({ ongoing: 1, requests: { received: 3 } });
    open();
    expect(await Promise.all(answers)).toEqual(['answered', 'QUEUE_FULL', 'ROW_INVALID']);
    expect(deployment.statistics()).toMatchObject({
      pipeline: 'test',
      ongoing: 0,
      queued: 0,
      requests: { received: 3, succeeded: 1, failed: { QUEUE_FULL: 1, ROW_INVALID: 1 } },
      shed: { QUEUE_FULL: 1 },
      deadlineMisses: 0,
    });
  });

  it('shows how long requests took, whatever came of them, and which missed their deadline', async () => {
    const clock = new FakeClock();
    const slow = (row: AnyRow): AnyRow => {
      clock.advance(Number(row.n));
      return row;
    };
    const deployment = await deploy((flow) => flow.map(n, slow), { clock });
    for (const ms of [3, 20, 400]) await codeOf(deployment.run(rowsOf(ms), { timeoutMs: 100 }));
    expect(deployment.statistics()).toMatchObject({ rows: 2, deadlineMisses: 1, shed: {}, durationMs: durationsOf(3, 20, 400) });
  });

  it('sums up the time and the rows of its requests', async () => {
    const clock = new FakeClock();
    const { build, open } = gated();
    const deployment = await deploy(build, { clock });
    const answer = deployment.run(rowsOf(1, 2));
    const refused = codeOf(deployment.run([{}]));
    const startMs = clock.now();
    clock.advance(5);
    open();
    await answer;
    expect(await refused).toBe('ROW_INVALID');
    expect(deployment.totals).toEqual({ succeeded: 1, succeededMs: 5, rows: 2, failed: 1, failedMs: 0, lastMs: startMs + 5 });
  });

  it('fails a request whose stage throws, and no other', async () => {
    const deployment = await deploy((flow) => flow.map(n, (row: AnyRow) => (row.n === 2 ? Promise.reject(new Error('two')) : row)));
    const answers = [1, 2, 3].map((number) => codeOf(deployment.run(rowsOf(number))));
    expect(await Promise.all(answers)).toEqual(['answered', 'STAGE_FAILED', 'answered']);
  });
});

describe('the deadline of a request', () => {
  it('is that of the request, else of the pipeline, else of the deployment', async () => {
    const seen: number[] = [];
    const look = (flow: FlowBuilder): FlowBuilder =>
      flow.map(
        stage({
          name: 'look',
          input: { n: int32 },
          output: { n: int32 },
          run(row, { deadlineMs }) {
            seen.push(deadlineMs);
            return row;
          },
        }),
      );
    const clock = new FakeClock(1000);
    const own = await Deployment.start(planOf(look, { timeoutMs: 50 }), { clock, timeoutMs: 70 });
    await own.run(rowsOf(1), { timeoutMs: 10 });
    await own.run(rowsOf(1));
    await (await deploy(look, { clock, timeoutMs: 70 })).run(rowsOf(1));
    await (await deploy(look, { clock })).run(rowsOf(1));
    expect(seen).toEqual([1010, 1050, 1070, 31_000]);
  });

  it('ends a request that has not been answered by then', async () => {
    const clock = new FakeClock();
    const deployment = await deploy(never, { clock });
    const answer = deployment.run(rowsOf(1), { timeoutMs: 100 });
    clock.advance(99);
    expect(await outcomeOf(answer)).toBe('waiting');
    clock.advance(1);
    expect(await outcomeOf(answer)).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      problem: 'pipeline "test" was not done by the deadline of its request',
    });
    expect(deployment.statistics().ongoing).toBe(0);
  });

  it('says so too when a function kept the event loop past it, and with it the timer', async () => {
    const clock = new FakeClock();
    const slow = (row: AnyRow): AnyRow => {
      clock.advance(100);
      return row;
    };
    const deployment = await deploy((flow) => flow.map(n, slow), { clock });
    expect(await codeOf(deployment.run(rowsOf(1), { timeoutMs: 100 }))).toBe('DEADLINE_EXCEEDED');
    expect(await codeOf(deployment.run(rowsOf(1), { timeoutMs: 101 }))).toBe('answered');
  });

  it('leaves no timer behind', async () => {
    const clock = new FakeClock();
    const { build, open } = gated();
    const deployment = await deploy(build, { clock });
    const answer = deployment.run(rowsOf(1));
    expect(clock.timers).toBe(1);
    open();
    await answer;
    expect(clock.timers).toBe(0);
  });

  it('needs no timer for a request that is answered at once', async () => {
    const clock = new FakeClock();
    await (await deploy((flow) => double(flow).filter(() => clock.timers === 0), { clock }))
      .run(rowsOf(1))
      .then((rows) => expect(rows).toHaveLength(1));
  });

  it.each([[0], [-1], [Number.NaN], ['5']])('cannot be %o milliseconds away', async (timeoutMs) => {
    const deployment = await deploy(double);
    expect(await codeOf(deployment.run(rowsOf(1), { timeoutMs: timeoutMs as number }))).toBe('OPTION_INVALID');
    expect(deployment.statistics().ongoing).toBe(0);
  });

  it('may be never', async () => {
    expect(await (await deploy(double)).run(rowsOf(1), { timeoutMs: Number.POSITIVE_INFINITY })).toEqual(rowsOf(2));
  });
});

describe('a caller that cancels its request', () => {
  it('before it starts: no stage is called', async () => {
    let isCalled = false;
    const deployment = await deploy((flow) =>
      flow.map(n, (row: AnyRow) => {
        isCalled = true;
        return row;
      }),
    );
    const answer = deployment.run(rowsOf(1), { signal: AbortSignal.abort('no need') });
    await expect(answer).rejects.toMatchObject({ code: 'REQUEST_CANCELLED', cause: 'no need' });
    expect(isCalled).toBe(false);
  });

  it('while a stage runs: the stage sees its signal abort and the next stage does not start', async () => {
    const caller = new AbortController();
    let seen: AbortSignal | undefined;
    let isStarted = false;
    const waits = stage({
      name: 'waits',
      input: { n: int32 },
      output: { n: int32 },
      run: (row, { signal }) => {
        seen = signal;
        return new Promise<typeof row>((resolve) => signal.addEventListener('abort', () => resolve(row)));
      },
    });
    const deployment = await deploy((flow) =>
      flow.map(waits).map(n, (row: AnyRow) => {
        isStarted = true;
        return row;
      }),
    );
    const answer = codeOf(deployment.run(rowsOf(1), { signal: caller.signal }));
    caller.abort();
    expect(await answer).toBe('REQUEST_CANCELLED');
    await settle();
    expect(seen?.aborted).toBe(true);
    expect(isStarted).toBe(false);
  });

  it('while a stage is being started: it is answered all the same', async () => {
    const caller = new AbortController();
    const deployment = await deploy((flow) =>
      flow.map(n, () => {
        caller.abort();
        return new Promise(() => {});
      }),
    );
    expect(await outcomeOf(deployment.run(rowsOf(1), { signal: caller.signal }))).toMatchObject({ code: 'REQUEST_CANCELLED' });
  });

  it('after it was answered: nothing happens', async () => {
    const caller = new AbortController();
    const deployment = await deploy((flow) => flow.map(n, async (row: AnyRow) => row));
    expect(await deployment.run(rowsOf(1), { signal: caller.signal })).toEqual(rowsOf(1));
    caller.abort();
    expect(deployment.statistics().requests).toEqual({ received: 1, succeeded: 1, failed: {} });
  });

  it('must be a signal, and a request with anything else is not waited for', async () => {
    const deployment = await deploy((flow) => flow.map(n, async (row: AnyRow) => row));
    const options = { signal: new AbortController() as unknown as AbortSignal };
    await expect(deployment.run(rowsOf(1), options)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      problem: 'signal must be an AbortSignal but is an AbortController',
    });
    await deployment.close();
    expect(deployment.statistics().ongoing).toBe(0);
  });

  it('need not be given, and neither need options', async () => {
    const deployment = await deploy((flow) => flow.map(n, (row: AnyRow) => row));
    const noOptions = null as never;
    expect(await deployment.run(rowsOf(1), noOptions)).toEqual(rowsOf(1));
  });

  it('is not listened to any more once it was answered', async () => {
    const listeners = new Set<unknown>();
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
    };
    const { build, open } = gated();
    const answer = (await deploy(build)).run(rowsOf(1), { signal });
    expect(listeners.size).toBe(1);
    open();
    await answer;
    expect(listeners.size).toBe(0);
  });
});

describe('a failing request', () => {
  it('cancels its other branches, whose failures end no process', async () => {
    let other: AbortSignal | undefined;
    const slow = stage({
      name: 'slow',
      input: { n: int32 },
      output: { m: int32 },
      run: (_, { signal }) => {
        other = signal;
        return new Promise<{ m: number }>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    const fails = (): never => {
      throw new Error('bad');
    };
    const deployment = await deploy((flow) => flow.map(n, fails).join(flow.map(slow)));
    const reversed = await deploy((flow) => flow.map(slow).join(flow.map(n, fails)));
    const unheard = await unhandledRejections(async () => {
      expect(await codeOf(deployment.run(rowsOf(1)))).toBe('STAGE_FAILED');
      expect(await codeOf(reversed.run(rowsOf(1)))).toBe('STAGE_FAILED');
    });
    expect(other?.aborted).toBe(true);
    expect(unheard).toEqual([]);
  });
});

describe('closing a deployment', () => {
  it('answers what is under way and takes no more', async () => {
    const { build, open } = gated();
    const deployment = await deploy(build);
    const answer = deployment.run(rowsOf(1));
    const closed = deployment.close();
    expect(deployment.isReady).toBe(false);
    await expect(deployment.run(rowsOf(2))).rejects.toMatchObject({ code: 'DRAINING', retryAfterMs: 1000 });
    expect(await outcomeOf(closed)).toBe('waiting');
    open();
    expect(await answer).toEqual(rowsOf(1));
    await closed;
  });

  it('waits for the last of several requests', async () => {
    const gates = [defer(), defer()];
    const torn: string[] = [];
    const waits = stage({
      name: 'waits',
      input: { n: int32 },
      output: { n: int32 },
      teardown: () => void torn.push('torn'),
      run: (row) => (gates[row.n]?.promise ?? Promise.resolve()).then(() => row),
    });
    const deployment = await deploy((flow) => flow.map(waits));
    const answers = [0, 1].map((number) => deployment.run(rowsOf(number)));
    const closed = deployment.close();
    gates[0]?.resolve();
    await answers[0];
    await settle();
    expect(torn).toEqual([]);
    gates[1]?.resolve();
    await closed;
    expect(await answers[1]).toEqual(rowsOf(1));
    expect(torn).toEqual(['torn']);
  });

  it('can be asked for twice', async () => {
    const deployment = await deploy(double);
    expect(deployment.close()).toBe(deployment.close());
    await deployment.close();
  });

  it('runs every teardown once, with what its setup returned', async () => {
    const torn: unknown[] = [];
    const of = (name: string): unknown =>
      stage({
        name,
        input: { n: int32 },
        output: { n: int32 },
        setup: () => `state of ${name}`,
        teardown: (state) => void torn.push(state),
        run: (row) => row,
      });
    const deployment = await deploy((flow) => flow.map(of('a')).map(of('b')));
    await deployment.run(rowsOf(1));
    expect(torn).toEqual([]);
    await deployment.close();
    await deployment.close();
    expect(torn).toEqual(['state of a', 'state of b']);
  });

  it('runs the other teardowns when one fails, and says so', async () => {
    const torn: string[] = [];
    const of = (name: string, teardown: () => void): unknown =>
      stage({ name, input: { n: int32 }, output: { n: int32 }, teardown, run: (row) => row });
    const deployment = await deploy((flow) => flow.map(of('a', () => fail('stuck'))).map(of('b', () => void torn.push('b'))));
    await expect(deployment.close()).rejects.toThrow('stuck');
    expect(torn).toEqual(['b']);
  });
});

describe('a teardown that does not settle', () => {
  const hanging = stage({
    name: 'hanging',
    input: { n: int32 },
    output: { n: int32 },
    teardown: () => new Promise(() => {}),
    run: (row) => row,
  });
  const torn: string[] = [];
  const next = stage({
    name: 'next',
    input: { n: int32 },
    output: { n: int32 },
    teardown: () => void torn.push('next'),
    run: (row) => row,
  });

  it('is waited for as long as the grace, which is told, and then the others run', async () => {
    const clock = new FakeClock();
    const told: unknown[] = [];
    const deployment = await deploy((flow) => flow.map(hanging).map(next), { clock, graceMs: 500, onOutput: (line) => told.push(line) });
    const closed = deployment.close();
    await settle();
    clock.advance(499);
    expect([await outcomeOf(closed), told, torn]).toEqual(['waiting', [], []]);
    clock.advance(1);
    await closed;
    const text = 'its teardown was not done after 500 ms, so it is not waited for any more';
    expect([told, torn]).toEqual([[{ stage: 'hanging', replica: 0, stream: 'stderr', text }], ['next']]);
    expect(clock.timers).toBe(0);
  });
});

describe('starting a deployment', () => {
  it('fails with why a setup failed, and tears down what was set up', async () => {
    const torn: string[] = [];
    const good = stage({
      name: 'good',
      input: { n: int32 },
      output: { n: int32 },
      setup: () => 'good',
      teardown: (state) => void torn.push(state),
      run: (row) => row,
    });
    const bad = stage({
      name: 'bad',
      input: { n: int32 },
      output: { n: int32 },
      setup: () => Promise.reject(new Error('no')),
      run: (row) => row,
    });
    await expect(deploy((flow) => flow.map(good).map(bad))).rejects.toMatchObject({ code: 'SETUP_FAILED', cause: { message: 'no' } });
    expect(torn).toEqual(['good']);
  });

  it('has the pipeline answer the rows that it warms up with, which count as no request', async () => {
    const seen: unknown[] = [];
    const look = (flow: FlowBuilder): FlowBuilder => flow.map(n, (row: AnyRow) => Promise.resolve(row).finally(() => seen.push(row.n)));
    const deployment = await Deployment.start(planOf(look, { warmUp: rowsOf(1, 2) }));
    expect(seen).toEqual([1, 2]);
    expect(deployment.statistics().requests).toEqual({ received: 0, succeeded: 0, failed: {} });
    expect(await deployment.run(rowsOf(3))).toEqual(rowsOf(3));
  });

  it.each([
    ['at once', (): never => fail('cold')],
    ['later', (): Promise<never> => Promise.reject(new Error('cold'))],
  ])('fails with why they are not answered, %s, and tears down what was set up', async (_, run) => {
    const torn: string[] = [];
    const cold = stage({ name: 'cold', input: { n: int32 }, output: { n: int32 }, teardown: () => void torn.push('cold'), run });
    await expect(Deployment.start(planOf((flow) => flow.map(cold), { warmUp: rowsOf(1) }))).rejects.toMatchObject({
      code: 'WARM_UP_FAILED',
      problem: 'pipeline "test" did not answer the rows of its warmUp: stage "cold" failed: cold',
      cause: { code: 'STAGE_FAILED' },
    });
    expect(torn).toEqual(['cold']);
  });

  it.each([
    ['30 seconds', 100, 30_000],
    ['the time of a request, where that is longer', 60_000, 60_000],
  ])('gives them %s', async (_, timeoutMs, allowedMs) => {
    const clock = new FakeClock();
    const starting = Deployment.start(planOf(never, { warmUp: rowsOf(1), timeoutMs }), { clock });
    await settle();
    clock.advance(allowedMs - 1);
    expect(await outcomeOf(starting)).toBe('waiting');
    clock.advance(1);
    expect(await outcomeOf(starting)).toMatchObject({ code: 'WARM_UP_FAILED', cause: { code: 'DEADLINE_EXCEEDED' } });
    expect(clock.timers).toBe(0);
  });

  it('fails when a function shall run on threads that do not know its file', async () => {
    const pinned = stage({ name: 'pinned', input: { n: int32 }, output: { n: int32 }, runsOn: 'thread', run: (row) => row });
    await expect(deploy((flow) => flow.map(pinned))).rejects.toMatchObject({
      code: 'CODE_UNREACHABLE',
      problem: 'stage "pinned" runs on a thread, but the threads do not know which file its function is in',
    });
  });
});

describe('rows and whose they are', () => {
  it('stay with their request through a filter and a batched map (the leak of the original)', async () => {
    const batches: number[] = [];
    const gate = defer();
    const hold = batchStage({
      name: 'hold',
      input: { n: int32 },
      output: { n: int32 },
      async run(rows) {
        batches.push(rows.length);
        if (batches.length === 1) await gate.promise;
        return rows;
      },
    });
    const deployment = await deploy((flow) => flow.filter((row: AnyRow) => Number(row.n) > 25).map(hold));
    const first = deployment.run(rowsOf(50));
    const [one, two] = [deployment.run(rowsOf(1)), deployment.run(rowsOf(99))];
    const three = deployment.run(rowsOf(2, 30, 3, 40));
    gate.resolve();
    expect(await Promise.all([first, one, two, three])).toEqual([rowsOf(50), [], rowsOf(99), rowsOf(30, 40)]);
    expect(batches).toEqual([1, 3]);
  });

  it('are joined to the row they came from, though a table-at-a-time model saw only some (the wrong join of the original)', async () => {
    const large = batchStage({
      name: 'large',
      input: { n: int32 },
      output: { label: int32 },
      run: (rows) => rows.map((row) => ({ label: row.n * 100 })),
    });
    const cascade = (flow: FlowBuilder): FlowBuilder =>
      flow.join(flow.filter((row: AnyRow) => row.n === 3).map(large), { how: 'left', as: 'better' });
    const deployment = await deploy(cascade);
    expect(await deployment.run(rowsOf(1, 2, 3))).toEqual([
      { n: 1, better: null },
      { n: 2, better: null },
      { n: 3, better: { label: 300 } },
    ]);
  });
});
