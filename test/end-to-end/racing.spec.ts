import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchStage, expander, int32, pipeline, type Stage, stage, tensor, text } from '../../src/index.ts';
import type { Pipeline } from '../../src/pipeline.ts';
import { planOf } from '../../src/plan/program.ts';
import { python } from '../../src/python.ts';
import { remote } from '../../src/remote.ts';
import type { RaceCount } from '../../src/runtime/counters.ts';
import type { AnyRow, Columns } from '../../src/schema/column.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import type { DeploymentOptions } from '../../src/serving/settings.ts';
import { echo, ModelServer } from '../support/model-server.mjs';
import { functions } from '../support/python/stages.ts';
import { defer, settle } from '../support/settle.ts';
import { Channel, onThreads } from '../support/threads.ts';

const n = { n: int32 };
const race = { copies: 2 } as const;
type N = { readonly n: number };
type Context = { readonly signal: AbortSignal };

/** The first of the two runs of each call waits until it is called off; only the second answers. */
class SecondAnswers {
  readonly calls: number[] = [];
  aborted = 0;

  readonly once = <T>(rows: number, { signal }: Context, answer: T): Promise<T> => {
    this.calls.push(rows);
    if (this.calls.length % 2 === 0) return Promise.resolve(answer);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        this.aborted++;
        reject(signal.reason);
      });
    });
  };

  stage(name: string, more: number): Stage<typeof n, typeof n> {
    return stage({ name, input: n, output: n, race, run: (row: N, context) => this.once(1, context, { n: row.n + more }) });
  }
}

async function deployed(made: Pipeline<Columns, Columns>, options: DeploymentOptions = {}): Promise<Deployment> {
  const plan = planOf(made);
  if (plan === undefined) throw new TypeError('not a pipeline');
  const deployment = await Deployment.start(plan, options);
  onTestFinished(() => deployment.close());
  return deployment;
}

/** A function in Python that does what its text says. */
const acting = (options: { readonly replicas: number; readonly race?: typeof race }) =>
  python({ name: 'act', module: pathToFileURL(functions), function: 'act', input: { text }, output: { text }, ...options });

const racesOf = (deployment: Deployment, name: string): RaceCount | undefined =>
  deployment.statistics().tasks.flatMap(({ stages }) => stages.filter(({ stage: found }) => found === name).map(({ races }) => races))[0];
const rows = (...values: readonly number[]): readonly AnyRow[] => values.map((value) => ({ n: value }));

describe('a stage that is raced on the event loop', () => {
  it('may be the output of its pipeline', async () => {
    const second = new SecondAnswers();
    const deployment = await deployed(pipeline('sink', n, (given) => given.map(second.stage('slow', 1))));
    expect(await deployment.run(rows(1, 2))).toEqual(rows(2, 3));
    await settle();
    expect([second.calls.length, second.aborted]).toEqual([4, 2]);
    expect(racesOf(deployment, 'slow')).toMatchObject({ started: 2, wonByCopy: 1 + 1, uncancelled: 0 });
  });

  it('may feed what has several inputs', async () => {
    const second = new SecondAnswers();
    const joined = pipeline('join', n, (given) =>
      given.map(second.stage('left', 1)).join(given.map(second.stage('right', 2)).rename({ n: 'm' })),
    );
    const deployment = await deployed(joined);
    const [answer] = await deployment.run(rows(1));
    expect(answer).toEqual({ n: 2, m: 3 });
  });

  it('may be fused with others that are raced, and with those that are not', async () => {
    const second = new SecondAnswers();
    const plain = stage({ name: 'plain', input: n, output: n, run: (row: N) => ({ n: row.n * 10 }) });
    const chain = pipeline('chain', n, (given) => given.map(second.stage('first', 1)).map(plain).map(second.stage('second', 2)));
    const deployment = await deployed(chain);
    expect(deployment.statistics().tasks).toHaveLength(1);
    expect(await deployment.run(rows(1))).toEqual(rows(22));
  });

  it('is raced by whole batches, whose rows are handed apart once, before a filter', async () => {
    const second = new SecondAnswers();
    const batched = batchStage({
      name: 'batched',
      input: n,
      output: n,
      race,
      run: (given: readonly N[], context) =>
        second.once(
          given.length,
          context,
          given.map((row) => ({ n: row.n + 1 })),
        ),
    });
    const deployment = await deployed(pipeline('batches', n, (given) => given.map(batched).filter((row) => row.n % 2 === 0)));
    const answers = await Promise.all([rows(1), rows(2, 3), rows(5)].map((given) => deployment.run(given)));
    expect(answers).toEqual([rows(2), rows(4), rows(6)]);
    const rowsCalled = second.calls.reduce((sum, count) => sum + count, 0);
    expect(rowsCalled).toBe(2 * 4);
    expect(racesOf(deployment, 'batched')?.started).toBe(second.calls.length / 2);
  });

  it('may make many rows of one', async () => {
    const second = new SecondAnswers();
    const twice = expander({
      name: 'twice',
      input: n,
      output: n,
      race,
      async *run(row: N, context) {
        yield row;
        yield await second.once(1, context, { n: -row.n });
      },
    });
    const deployment = await deployed(pipeline('expand', n, (given) => given.flatMap(twice)));
    expect(await deployment.run(rows(1, 2))).toEqual(rows(1, -1, 2, -2));
  });

  it('is called once where the rule is off, and where it is done at once', async () => {
    let calls = 0;
    const counted = (name: string, run: (row: N) => N | Promise<N>) =>
      stage({
        name,
        input: n,
        output: n,
        race,
        run: (row: N) => {
          calls++;
          return run(row);
        },
      });
    const later = pipeline('later', n, (given) => given.map(counted('later', async (row) => row)));
    await (await deployed(later, { rules: { 'race-stages': false } })).run(rows(1));
    expect(calls).toBe(1);
    await (await deployed(pipeline('now', n, (given) => given.map(counted('now', (row) => row))))).run(rows(1));
    expect(calls).toBe(2);
  });

  it('counts the loser that does not heed its signal', async () => {
    let calls = 0;
    let finish = (): void => {};
    const deaf = stage({
      name: 'deaf',
      input: n,
      output: n,
      race,
      run: (row: N) =>
        calls++ === 0
          ? new Promise<N>((resolve) => {
              finish = () => resolve(row);
            })
          : Promise.resolve(row),
    });
    const deployment = await deployed(pipeline('deaf', n, (given) => given.map(deaf)));
    await deployment.run(rows(1));
    finish();
    await settle();
    expect(racesOf(deployment, 'deaf')).toMatchObject({ started: 1, wonByCopy: 1, uncancelled: 1 });
  });
});

describe('an anyOf that the user wrote', () => {
  it('counts what the alternative that lost computes until it is over', async () => {
    const stop = defer<N>();
    const slow = stage({ name: 'slow', input: n, output: n, run: (): Promise<N> => stop.promise });
    const fast = stage({ name: 'fast', input: n, output: n, run: async (row: N): Promise<N> => row });
    const deployment = await deployed(pipeline('any', n, (given) => given.map(slow).anyOf(given.map(fast))));
    expect(await deployment.run(rows(1))).toEqual(rows(1));
    expect(racesOf(deployment, 'slow')?.extraMs).toBe(0);
    stop.resolve({ n: 2 });
    await settle();
    expect(racesOf(deployment, 'slow')?.extraMs).toBeGreaterThan(0);
    expect(racesOf(deployment, 'slow')).toMatchObject({ started: 0, uncancelled: 1 });
    expect(racesOf(deployment, 'fast')).toMatchObject({ extraMs: 0, uncancelled: 0 });
  });

  it('counts what the alternative that lost computes in Python until its process lets go of it', async () => {
    const act = acting({ replicas: 1 });
    const fast = stage({ name: 'fast', input: { text }, output: { text }, run: async (row) => row });
    const deployment = await deployed(pipeline('any', { text }, (given) => given.map(act).anyOf(given.map(fast))));
    expect(await deployment.run([{ text: 'sleep 0.05' }])).toEqual([{ text: 'sleep 0.05' }]);
    await deployment.close();
    expect(racesOf(deployment, 'act')).toMatchObject({ started: 0, uncancelled: 1 });
    expect(racesOf(deployment, 'act')?.extraMs).toBeGreaterThan(0);
  });

  it('counts the call and its copy where an alternative that is raced has lost', async () => {
    const act = acting({ replicas: 2, race });
    const fast = stage({ name: 'fast', input: { text }, output: { text }, run: async (row) => row });
    const deployment = await deployed(pipeline('any', { text }, (given) => given.map(act).anyOf(given.map(fast))));
    await deployment.run([{ text: 'sleep 0.05' }]);
    await deployment.close();
    expect(racesOf(deployment, 'act')).toMatchObject({ started: 0, uncancelled: 2 });
  });

  it.each([
    ['beside the event loop', 'across', 1],
    ['on one thread with the other', 'within', 0],
  ])('counts what the alternative that lost computes on a thread: %s', async (_, name, uncancelled) => {
    const [{ deployment, clock }, channel] = [await onThreads(name, {}, 'any-of'), new Channel()];
    const running = deployment.run([{ id: 1, channel: channel.name }]);
    await channel.hears('waits is there');
    await channel.hears('gated is there');
    clock.advance(20);
    channel.go();
    await running;
    await deployment.close();
    expect(racesOf(deployment, 'waits')?.extraMs).toBeGreaterThan(0);
    expect(racesOf(deployment, 'waits')?.uncancelled).toBe(uncancelled);
    expect(racesOf(deployment, 'gated')).toMatchObject({ extraMs: 0, uncancelled: 0 });
  });
});

describe('a task that is raced on threads', () => {
  it('runs on another replica too; the first answer wins and the other signal aborts', async () => {
    const [{ deployment }, channel] = [await onThreads('raced', { workers: 2 }, 'racing'), new Channel()];
    const [answer] = await deployment.run([{ id: 7, channel: channel.name }]);
    expect(answer).toMatchObject({ id: 7 });
    await channel.hears('the other ends: REQUEST_CANCELLED');
    expect(racesOf(deployment, 'one answers')).toMatchObject({ started: 1 });
  });

  it('is not raced with itself where there is one replica', async () => {
    const [{ deployment }, channel] = [await onThreads('alone', { workers: 1 }, 'racing'), new Channel()];
    await deployment.run([{ id: 1, channel: channel.name }]);
    expect(racesOf(deployment, 'answers')?.started).toBe(0);
  });
});

describe('a Python stage that is raced', () => {
  it('computes on two processes at once', async () => {
    const act = acting({ replicas: 2, race });
    const deployment = await deployed(pipeline('act', { text }, (given) => given.map(act)));
    await deployment.run([{ text: 'sleep 0.05' }]);
    // The other process lets go of it when it is done.
    await deployment.close();
    const races = racesOf(deployment, 'act');
    expect(races).toMatchObject({ started: 1 });
    expect(races?.extraMs).toBeGreaterThan(0);
  });
});

describe('a remote model that is raced', () => {
  const vector = { datatype: 'FP32', shape: [-1, 2] } as const;
  const row = (...numbers: readonly number[]) => ({ x: { datatype: 'FP32', shape: [2], data: Float32Array.from(numbers) } }) as const;

  async function calling(options: { readonly connections?: number } = {}) {
    const [inputs, outputs] = [[{ name: 'x', ...vector }], [{ name: 'x', ...vector }]];
    const server = await ModelServer.start({ name: 'same', inputs, outputs, run: echo(inputs, outputs) });
    onTestFinished(() => server.stop());
    const columns = { x: tensor('FP32', [2]) };
    const call = remote({ name: 'call', url: server.url, model: 'same', input: columns, output: columns, race, ...options });
    return { server, call, columns, deployment: await deployed(pipeline('calling', columns, (given) => given.map(call))) };
  }

  it('gives the answer that the server does not keep back, and gives the other call up there', async () => {
    const { server, deployment } = await calling();
    for (const i of [1, 2, 3]) {
      server.plans.push('stall');
      expect(await deployment.run([row(i, i)])).toEqual([row(i, i)]);
      await server.left(i);
    }
    expect(server.calls).toHaveLength(6);
    expect(racesOf(deployment, 'call')).toMatchObject({ started: 3, uncancelled: 0 });
    expect(racesOf(deployment, 'call')?.extraMs).toBeGreaterThan(0);
  });

  it('is called once where it has one connection, on which a copy would wait for the call', async () => {
    const { server, deployment } = await calling({ connections: 1 });
    await deployment.run([row(1, 2)]);
    expect(server.calls).toHaveLength(1);
  });

  it('is given up at the server where it is an alternative that has lost', async () => {
    const { server, call, columns } = await calling({ connections: 1 });
    server.always = 'stall';
    const called = defer();
    const once = stage({ name: 'once it is called', input: columns, output: columns, run: (given) => called.promise.then(() => given) });
    const deployment = await deployed(pipeline('any', columns, (given) => given.map(call).anyOf(given.map(once))));
    const answer = deployment.run([row(1, 2)]);
    await server.called(1);
    called.resolve();
    expect(await answer).toEqual([row(1, 2)]);
    await server.left(1);
    expect(racesOf(deployment, 'call')).toMatchObject({ started: 0, uncancelled: 0 });
    expect(racesOf(deployment, 'call')?.extraMs).toBeGreaterThan(0);
  });
});
