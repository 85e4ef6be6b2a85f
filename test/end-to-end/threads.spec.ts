import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { FlowError } from '../../src/errors/flow-error.ts';
import type { OutputLine } from '../../src/runtime/stages/built-in-stage.ts';
import type { AnyRow } from '../../src/schema/column.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import { outcomeOf, settle } from '../support/settle.ts';
import { durationsOf } from '../support/statistics.ts';
import { Channel, GRACE_MS, onThreads, programFor, type ThreadDeployment } from '../support/threads.ts';

type Mood = 'ok' | 'fail' | 'exit' | 'never' | 'gate' | 'later' | 'spin' | 'signal';
const ask = (mood: Mood, channel: string | Channel = ''): readonly AnyRow[] => [
  { mood, channel: typeof channel === 'string' ? channel : channel.name },
];
const codeOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => 'answered',
    (error: FlowError) => error.code,
  );
const threadOf = (rows: readonly AnyRow[]): unknown => rows[0]?.thread;

/** Lets the back-off of the first failure pass. */
async function restarted({ crash, clock }: ThreadDeployment, break_: () => unknown): Promise<FlowError> {
  const crashed = crash();
  break_();
  const reason = await crashed;
  clock.advance(100);
  return reason;
}

describe('a stage on threads', () => {
  it('answers on another thread', async () => {
    const { deployment } = await onThreads('moody');
    expect(threadOf(await deployment.run(ask('ok')))).toBeGreaterThan(0);
  });

  it('is given bytes and gives them by transfer of one buffer, and takes none from its caller', async () => {
    const { deployment } = await onThreads('copies');
    const rows = [{ raw: Uint8Array.of(1, 2, 3) }, { raw: Uint8Array.of(4) }];
    const answer = await deployment.run(rows);
    expect(answer).toEqual(rows);
    const buffers = new Set(answer.map(({ raw }) => (raw as Uint8Array).buffer));
    expect(buffers.size).toBe(1);
    expect(rows[0]?.raw).toHaveLength(3);
  });

  it('fails a request with what it threw, cause and all', async () => {
    const { deployment } = await onThreads('moody');
    const failed = deployment.run(ask('fail'));
    await expect(failed).rejects.toBeInstanceOf(FlowError);
    await expect(failed).rejects.toMatchObject({
      code: 'STAGE_FAILED',
      problem: 'stage "act" failed: as it was told',
      cause: { name: 'TypeError', message: 'as it was told', stack: expect.stringContaining('threads.mjs') },
    });
  });

  it('cancels the other branches of a request that has failed', async () => {
    const { deployment, crashes } = await onThreads('branches');
    const channel = new Channel();
    expect(await codeOf(deployment.run(ask('signal', channel)))).toBe('STAGE_FAILED');
    await channel.hears('REQUEST_CANCELLED');
    expect(await codeOf(deployment.run(ask('signal', channel)))).toBe('STAGE_FAILED');
    expect(crashes).toEqual([]);
  });

  it('is set up once per replica and torn down when the deployment is closed, whatever it has left open', async () => {
    const { deployment, notes } = await onThreads('watched', { workers: 2 });
    expect(notes().toSorted()).toEqual(['setup 0', 'setup 1']);
    await Promise.all(Array.from({ length: 20 }, () => deployment.run(ask('ok'))));
    expect(notes()).toHaveLength(2);
    await deployment.close();
    expect(notes().slice(2).toSorted()).toEqual(['teardown 0', 'teardown 1']);
  });

  it('refuses values that cannot be moved, of the request and of the answer', async () => {
    const { deployment } = await onThreads('free');
    expect(await deployment.run([{ value: { deep: [1n, 'x'] } }])).toEqual([{ value: { deep: [1n, 'x'] } }]);
    await expect(deployment.run([{ value: { run: () => {} } }])).rejects.toMatchObject({
      code: 'VALUE_NOT_MOVABLE',
      problem: expect.stringContaining('a value of the request cannot be sent'),
    });
    await expect(deployment.run([{ value: 'unmovable' }])).rejects.toMatchObject({
      code: 'VALUE_NOT_MOVABLE',
      problem: expect.stringContaining('a value made by the pipeline cannot be sent'),
    });
    expect(await deployment.run([{ value: 1 }])).toEqual([{ value: 1 }]);
  });

  it('gives each of many requests at once its own rows, over all workers, and counts them all', async () => {
    const { deployment } = await onThreads('doubled', { workers: 2, maxQueue: 1000 });
    const numbers = Array.from({ length: 500 }, (_, i) => i);
    const answers = await Promise.all(numbers.map((n) => deployment.run([{ n }, { n: n + 1 }])));
    const threads = new Set(answers.flat().map(({ thread }) => thread));
    const expected = numbers.map((n) => [n * 2, n * 2 + 2].filter((doubled) => doubled % 3 !== 0));
    expect(answers.map((rows) => rows.map(({ n }) => n))).toEqual(expected);
    expect(threads.size).toBe(2);
    const { requests, tasks } = deployment.statistics();
    expect(requests).toEqual({ received: 500, succeeded: 500, failed: {} });
    expect(tasks[0]?.steps).toEqual([
      { step: 'map double', rowsIn: 1000, rowsOut: 1000 },
      { step: 'filter filter#1', rowsIn: 1000, rowsOut: expected.flat().length },
    ]);
    const double = tasks[0]?.stages[0];
    expect(double).toMatchObject({ stage: 'double', rows: 1000, failures: 0 });
    expect(double?.calls).toBeLessThan(500);
  });
});

describe('a worker that crashes', () => {
  it.each<[Mood, string]>([['exit', 'the worker of task 1 of "moody" exited with status 3']])(
    'by %s fails what it held, and is started again',
    async (mood, problem) => {
      const threads = await onThreads('moody');
      const { deployment } = threads;
      const channel = new Channel();
      const beside = codeOf(deployment.run(ask('gate', channel)));
      await channel.hears('there');
      let failed: Promise<unknown> = Promise.resolve();
      const reason = await restarted(threads, () => {
        failed = codeOf(deployment.run(ask(mood)));
      });
      expect(reason).toMatchObject({ code: 'REPLICA_CRASHED', problem });
      expect(await Promise.all([failed, beside])).toEqual(['REPLICA_CRASHED', 'REPLICA_CRASHED']);
      expect(threadOf(await deployment.run(ask('ok')))).toBeGreaterThan(0);
    },
  );

  it('by an error outside any request does not fail a request that was answered', async () => {
    const threads = await onThreads('moody');
    let answer: Promise<unknown> = Promise.resolve();
    const reason = await restarted(threads, () => {
      answer = codeOf(threads.deployment.run(ask('later')));
    });
    expect(await answer).toBe('answered');
    expect(reason).toMatchObject({ code: 'REPLICA_CRASHED', problem: expect.stringContaining('an error outside any request: outside') });
    expect(await codeOf(threads.deployment.run(ask('ok')))).toBe('answered');
  });

  it('fails nothing that another worker holds', async () => {
    const { deployment, crash } = await onThreads('moody', { workers: 2 });
    const channel = new Channel();
    const held = codeOf(deployment.run(ask('gate', channel)));
    await channel.hears('there');
    const crashed = crash();
    expect(await codeOf(deployment.run(ask('exit')))).toBe('REPLICA_CRASHED');
    await crashed;
    expect(await codeOf(deployment.run(ask('ok')))).toBe('answered');
    channel.go();
    expect(await held).toBe('answered');
  });

  it('lets requests wait for its next start', async () => {
    const { deployment, crash, clock } = await onThreads('moody');
    const crashed = crash();
    void codeOf(deployment.run(ask('exit')));
    await crashed;
    const waiting = deployment.run(ask('ok'));
    expect(await outcomeOf(waiting)).toBe('waiting');
    expect(deployment.isReady).toBe(false);
    expect(deployment.statistics().queued).toBe(1);
    clock.advance(100);
    await waiting;
    expect(deployment.isReady).toBe(true);
    expect(deployment.statistics().pools).toMatchObject([{ name: 'task 1', replicas: 1, ready: 1, waitMs: durationsOf(0, 100) }]);
  });

  it('and cannot start again lets nobody wait after the third failure', async () => {
    const { deployment, crash, clock, crashes } = await onThreads('fragile');
    let crashed = crash();
    void codeOf(deployment.run(ask('exit')));
    await crashed;
    const waiting = deployment.run(ask('ok')).catch((error: FlowError) => error);
    for (const backOffMs of [100, 200]) {
      crashed = crash();
      clock.advance(backOffMs);
      await crashed;
    }
    expect(await waiting).toMatchObject({ code: 'NO_REPLICA', retryAfterMs: 1000, cause: { code: 'SETUP_FAILED' } });
    expect(await codeOf(deployment.run(ask('ok')))).toBe('NO_REPLICA');
    expect(crashes.map(({ code }) => code)).toEqual(['REPLICA_CRASHED', 'SETUP_FAILED', 'SETUP_FAILED']);
  });

  it('leaves no timer behind when the deployment is closed before its next start', async () => {
    const { deployment, crash, clock } = await onThreads('moody');
    const crashed = crash();
    void codeOf(deployment.run(ask('exit')));
    await crashed;
    await deployment.close();
    expect(clock.timers).toBe(0);
  });

  it('does not hold up closing when its next start never ends', async () => {
    const threads = await onThreads('stuck');
    await restarted(threads, () => void codeOf(threads.deployment.run(ask('exit'))));
    await threads.deployment.close();
  });

  it('several times does not refuse a request while it runs again and is only busy', async () => {
    const { deployment, clock, crash } = await onThreads('moody');
    for (const backOffMs of [100, 200, 400]) {
      const crashed = crash();
      void codeOf(deployment.run(ask('exit')));
      await crashed;
      clock.advance(backOffMs);
    }
    while (!deployment.isReady) await settle();
    const channels = [new Channel(), new Channel(), new Channel()];
    const answers = channels.map((channel) => codeOf(deployment.run(ask('gate', channel))));
    expect(deployment.statistics().queued).toBe(1);
    for (const channel of channels) {
      await channel.hears('there');
      channel.go();
    }
    expect(await Promise.all(answers)).toEqual(['answered', 'answered', 'answered']);
  });
});

describe('a stage that never returns', () => {
  it('is ended with its worker after the deadline and the grace, and the requests beside it run again', async () => {
    const threads = await onThreads('moody');
    const { deployment, clock, crashes } = threads;
    const channel = new Channel();
    const spinning = codeOf(deployment.run(ask('spin', channel), { timeoutMs: 5000 }));
    await channel.hears('there');
    const beside = deployment.run(ask('ok'));
    clock.advance(5000);
    expect(await spinning).toBe('DEADLINE_EXCEEDED');
    clock.advance(GRACE_MS - 1);
    expect(crashes).toEqual([]);
    const reason = await restarted(threads, () => clock.advance(1));
    expect(reason).toMatchObject({
      code: 'REPLICA_CRASHED',
      problem: 'the worker was ended because a stage of another request did not return',
    });
    expect(threadOf(await beside)).toBeGreaterThan(0);
  });

  it('is ended after the grace when its caller has left and there is no deadline', async () => {
    const threads = await onThreads('moody', { timeoutMs: Number.POSITIVE_INFINITY });
    const { deployment, clock } = threads;
    const channel = new Channel();
    const caller = new AbortController();
    const spinning = codeOf(deployment.run(ask('spin', channel), { signal: caller.signal }));
    await channel.hears('there');
    caller.abort();
    expect(await spinning).toBe('REQUEST_CANCELLED');
    await restarted(threads, () => clock.advance(GRACE_MS));
    expect(await codeOf(deployment.run(ask('ok')))).toBe('answered');
  });

  it('fails the requests beside it when they have effects', async () => {
    const threads = await onThreads('effectful');
    const channel = new Channel();
    void codeOf(threads.deployment.run(ask('spin', channel), { timeoutMs: 5000 }));
    await channel.hears('there');
    const beside = codeOf(threads.deployment.run(ask('ok')));
    threads.clock.advance(5000);
    await restarted(threads, () => threads.clock.advance(GRACE_MS));
    expect(await beside).toBe('REPLICA_CRASHED');
  });

  it('does not hold up closing for longer than the grace', async () => {
    const { deployment, clock } = await onThreads('moody');
    const channel = new Channel();
    const spinning = codeOf(deployment.run(ask('spin', channel), { timeoutMs: 5000 }));
    await channel.hears('there');
    clock.advance(5000);
    await spinning;
    const closed = deployment.close();
    clock.advance(GRACE_MS);
    await closed;
  });

  it('but waits asynchronously is answered 504, and keeps its worker', async () => {
    const { deployment, clock, crashes } = await onThreads('moody');
    const before = threadOf(await deployment.run(ask('ok')));
    const waiting = codeOf(deployment.run(ask('never'), { timeoutMs: 5000 }));
    clock.advance(5000);
    expect(await waiting).toBe('DEADLINE_EXCEEDED');
    expect(threadOf(await deployment.run(ask('ok')))).toBe(before);
    clock.advance(GRACE_MS * 2);
    expect(threadOf(await deployment.run(ask('ok')))).toBe(before);
    expect(crashes).toEqual([]);
  });
});

describe('a caller that cancels', () => {
  it('a request that waits takes it out of the line', async () => {
    const { deployment } = await onThreads('moody');
    const channels = [new Channel(), new Channel()];
    const held = channels.map((channel) => codeOf(deployment.run(ask('gate', channel))));
    await Promise.all(channels.map((channel) => channel.hears('there')));
    const caller = new AbortController();
    const waiting = codeOf(deployment.run(ask('ok'), { signal: caller.signal }));
    expect(deployment.statistics().queued).toBe(1);
    caller.abort();
    expect(await waiting).toBe('REQUEST_CANCELLED');
    expect(deployment.statistics().queued).toBe(0);
    for (const channel of channels) channel.go();
    expect(await Promise.all(held)).toEqual(['answered', 'answered']);
  });

  it('a request that runs is answered at once, and its stage hears of it on its thread', async () => {
    const { deployment, crashes } = await onThreads('moody');
    const channel = new Channel();
    const caller = new AbortController();
    const running = codeOf(deployment.run(ask('signal', channel), { signal: caller.signal }));
    await channel.hears('there');
    caller.abort();
    expect(await running).toBe('REQUEST_CANCELLED');
    await channel.hears('REQUEST_CANCELLED');
    expect(await codeOf(deployment.run(ask('ok')))).toBe('answered');
    expect(crashes).toEqual([]);
  });

  it('a request that was answered changes nothing', async () => {
    const { deployment } = await onThreads('moody');
    const caller = new AbortController();
    await deployment.run(ask('ok'), { signal: caller.signal });
    caller.abort();
    expect(deployment.statistics().requests).toEqual({ received: 1, succeeded: 1, failed: {} });
  });
});

describe('a deployment on threads', () => {
  it('refuses more requests at once than maxQueue', async () => {
    const { deployment } = await onThreads('moody', { maxQueue: 1 });
    const channel = new Channel();
    const held = codeOf(deployment.run(ask('gate', channel)));
    expect(await codeOf(deployment.run(ask('ok')))).toBe('QUEUE_FULL');
    await channel.hears('there');
    channel.go();
    expect(await held).toBe('answered');
  });

  it('answers what is under way before it closes', async () => {
    const { deployment, notes } = await onThreads('watched');
    const channel = new Channel();
    const held = codeOf(deployment.run(ask('gate', channel)));
    await channel.hears('there');
    const closed = deployment.close();
    expect(await outcomeOf(closed)).toBe('waiting');
    expect(notes()).toEqual(['setup 0']);
    channel.go();
    expect(await held).toBe('answered');
    await closed;
    expect(notes()).toEqual(['setup 0', 'teardown 0']);
  });

  it('cannot run without a worker', async () => {
    await expect(onThreads('moody', { workers: 0 })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      problem: 'workers must be a whole number of at least 1 but is the number 0',
    });
  });
});

describe('a teardown on a thread', () => {
  it('that fails or does not settle is told, and does not hold up closing for longer than the grace', async () => {
    const lines: OutputLine[] = [];
    const { deployment, clock, notes } = await onThreads('careless', { onOutput: (line) => lines.push(line) });
    await deployment.run(ask('ok'));
    const closed = deployment.close();
    while (!notes().includes('endless')) await settle();
    await settle();
    clock.advance(GRACE_MS);
    await closed;
    expect(lines.map(({ stage, text }) => `${stage}: ${text}`)).toEqual([
      'failing: its teardown failed: not closed',
      `endless: its teardown was not done after ${GRACE_MS} ms, so its thread was ended`,
    ]);
    expect(clock.timers).toBe(0);
  });
});

describe('a start that fails', () => {
  it('says why, and tears down what its worker had set up', async () => {
    const { plan, program, notes } = await programFor('broken');
    const started = Deployment.start(plan, { program, workers: 1 });
    await expect(started).rejects.toMatchObject({ code: 'SETUP_FAILED', problem: 'setup of stage "bad" failed: no licence' });
    expect(notes()).toEqual(['good is torn down']);
  });

  it('restarts no worker and tells of no crash', async () => {
    const { plan, program } = await programFor('broken');
    const crashes: unknown[] = [];
    await Deployment.start(plan, { program, workers: 2, onCrash: (reason) => crashes.push(reason) }).catch(() => {});
    expect(crashes).toEqual([]);
  });

  it('tears down what was set up on the loop', async () => {
    const { plan, program, notes } = await programFor('halfBroken');
    const started = Deployment.start(plan, { program, workers: 1 });
    await expect(started).rejects.toMatchObject({
      code: 'REPLICA_CRASHED',
      problem: 'the worker of task 3 of "halfBroken" exited with status 4',
    });
    expect(notes()).toEqual(['between is set up', 'between is torn down']);
  });

  it.each(['broken', 'halfBroken'])('leaves no thread that would keep the process: %s', async (name) => {
    const { program } = await programFor(name);
    const { status, stdout } = script(`${starting(program, name)}.catch((error) => console.log(error.code))`);
    expect({ status, stdout }).toEqual({ status: 0, stdout: name === 'broken' ? 'SETUP_FAILED\n' : 'REPLICA_CRASHED\n' });
  });
});

describe('an idle deployment', () => {
  it('lets the process end', async () => {
    const { program } = await programFor('moody');
    const { status, stdout } = script(`const deployment = await ${starting(program, 'moody')};
      await deployment.run([{ mood: 'ok', channel: '' }]);
      console.log('answered');`);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'answered\n' });
  });

  it('keeps the process for a request that is under way', async () => {
    const { program } = await programFor('moody');
    const { stdout } = script(`const deployment = await ${starting(program, 'moody')};
      deployment.run([{ mood: 'never', channel: '' }], { timeoutMs: 50 }).catch((error) => console.log(error.code));`);
    expect(stdout).toBe('DEADLINE_EXCEEDED\n');
  });
});

describe('a deployment that is being closed', () => {
  it('keeps the process until every teardown has run, also after a request that was cancelled', async () => {
    const { program, notes } = await programFor('watched');
    const { status, stdout } = script(`const deployment = await ${starting(program, 'watched')};
      const caller = new AbortController();
      deployment.run([{ mood: 'never', channel: '' }], { signal: caller.signal }).catch((error) => console.log(error.code));
      caller.abort();
      await deployment.close();
      console.log('closed');`);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'REQUEST_CANCELLED\nclosed\n' });
    expect(notes().slice(2).toSorted()).toEqual(['teardown 0', 'teardown 1']);
  });
});

const starting = (program: string, name: string): string =>
  `Deployment.start(plansIn(await import('${program}')).find(({ name }) => name === '${name}'), { program: '${program}', workers: 2 })`;

/** Runs lines in a process of their own, which must end by itself. */
function script(lines: string): { readonly status: number | null; readonly stdout: string } {
  const imports = `import { Deployment, plansIn } from './dist/internals.js';\n`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', imports + lines], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (stderr !== '') throw new Error(stderr);
  return { status, stdout };
}
