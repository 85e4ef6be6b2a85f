import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRunning, whenForgotten, whenGone } from '../../../test/support/python/processes.ts';
import { pythonStage, says } from '../../../test/support/python/stages.ts';
import { FlowError } from '../../errors/flow-error.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { ReplicaPool } from '../pool/replica-pool.ts';
import { UsedReplicas } from '../pool/used-replicas.ts';
import { RequestScope } from '../request-scope.ts';

const gone = new FlowError('REQUEST_CANCELLED', 'gone');
const caught = (answer: Promise<unknown>): Promise<unknown> => answer.catch((error: unknown) => error);
/** The process that answered. */
const processOf = (rows: readonly AnyRow[]): number => Number(String(rows[0]?.text).split(' ')[0]);
const answered = (value: string): unknown => [{ text: expect.stringMatching(new RegExp(`^\\d+ ${value}$`)) }];

describe('a process in Python', () => {
  it('fails just the request whose rows make its function raise, with the traceback as the cause', async () => {
    const stage = await pythonStage('act');
    const answers = await Promise.all(['sleep 0.05', 'b', 'raise no such language', 'd'].map((what) => caught(stage.run(says(what)))));
    expect(answers[2]).toMatchObject({
      code: 'STAGE_FAILED',
      problem: 'stage "python" failed: ValueError: no such language',
      cause: {
        name: 'ValueError',
        message: 'no such language',
        stack: expect.stringMatching(/^Traceback[\s\S]*functions\.py", line \d+, in acted[\s\S]*ValueError/),
      },
    });
    expect([answers[0], answers[1], answers[3]]).toEqual([answered('sleep 0.05'), answered('b'), answered('d')]);
    expect(stage.crashes).toEqual([]);
  });

  it('outlives a function that exits as Python does, which is raised', async () => {
    const stage = await pythonStage('act');
    expect(await caught(stage.run(says('leave 3')))).toMatchObject({
      code: 'STAGE_FAILED',
      problem: 'stage "python" failed: SystemExit: 3',
    });
    expect(await stage.run(says('after'))).toEqual(answered('after'));
    expect(stage.crashes).toEqual([]);
  });

  it('answers once, though its function has forked it', async () => {
    const stage = await pythonStage('act');
    const before = processOf(await stage.run(says('before')));
    expect(processOf(await stage.run(says('come-back-twice')))).toBe(before);
    await stage.written('a process that the function forked came back from it, and is ended: end it by os._exit');
    expect(await stage.run(says('leave-a-copy'))).toEqual(says('left 7'));
    expect(processOf(await stage.run(says('after')))).toBe(before);
    expect(stage.crashes).toEqual([]);
  });

  it.each([
    ['exit 3', 'the Python process 0 of stage "python" exited with status 3'],
    ['kill', 'the Python process 0 of stage "python" was ended by SIGKILL'],
    ['garbage x', 'the Python process 0 of stage "python" wrote something to file descriptor 4, which is FlowServe\'s'],
    ['hello', 'the Python process 0 of stage "python" wrote something to file descriptor 4, which is FlowServe\'s'],
    ['huge', 'the Python process 0 of stage "python" wrote something to file descriptor 4, which is FlowServe\'s'],
  ])('fails just the request that ends it, and is started again: %s', async (what, problem) => {
    const stage = await pythonStage('act');
    const answers = await Promise.all(['sleep 0.05', 'b', what, 'd'].map((text) => caught(stage.run(says(text)))));
    expect(answers[2]).toMatchObject({ code: 'REPLICA_CRASHED', problem });
    expect([answers[0], answers[1], answers[3]]).toEqual([answered('sleep 0.05'), answered('b'), answered('d')]);
    expect(stage.crashes[0]).toMatchObject({ code: 'REPLICA_CRASHED', problem });
    expect(await stage.run(says('after'))).toEqual(answered('after'));
  });

  it('is waited for by others, however many requests have ended it', async () => {
    const stage = await pythonStage('act');
    const answers = await Promise.all(['exit 1', 'exit 2', 'exit 3', 'exit 4', 'e'].map((what) => caught(stage.run(says(what)))));
    expect(answers.map((answer) => (answer as FlowError).code)).toEqual([...new Array(4).fill('REPLICA_CRASHED'), undefined]);
    expect(answers[4]).toEqual(answered('e'));
  });

  it('begins a call when it has answered those before it', async () => {
    const stage = await pythonStage('act', { maxBatch: 1, replicas: 1 });
    const pool = stage.pool as ReplicaPool<readonly AnyRow[], readonly AnyRow[]>;
    const log: string[] = [];
    const logged = (name: string): UsedReplicas =>
      new UsedReplicas([], {
        onGiven: () => log.push(`given ${name}`),
        onBegun: () => log.push(`begun ${name}`),
        onLetGo: () => log.push(`let go of ${name}`),
      });
    await Promise.all(['a', 'b'].map((what) => pool.run(says(what), new RequestScope(), logged(what))));
    expect(log).toEqual(['given a', 'begun a', 'given b', 'let go of a', 'begun b', 'let go of b']);
  });

  it('is missed though a process of its own keeps its pipes', async () => {
    const stage = await pythonStage('act');
    await stage.run(says('fork'));
    expect(await caught(stage.run(says('exit 1')))).toMatchObject({ code: 'REPLICA_CRASHED' });
    expect(await stage.run(says('after'))).toEqual(answered('after'));
  });

  it('is given no call once it has ended', async () => {
    const stage = await pythonStage('act');
    await whenForgotten(processOf(await stage.run(says('leave-later'))));
    expect(await stage.run(says('after'))).toEqual(answered('after'));
  });

  it('has the calls behind the one that ends it run again', async () => {
    const stage = await pythonStage('act', { maxBatch: 1 });
    const answers = [caught(stage.run(says('exit 1'))), stage.run(says('behind'))];
    expect(await Promise.all(answers)).toEqual([expect.objectContaining({ code: 'REPLICA_CRASHED' }), answered('behind')]);
  });

  it('does not have them run again where calls have effects', async () => {
    const stage = await pythonStage('act', { maxBatch: 1, effects: true });
    const answers = [caught(stage.run(says('exit 1'))), caught(stage.run(says('behind')))];
    const crashed = expect.objectContaining({ code: 'REPLICA_CRASHED' });
    expect(await Promise.all(answers)).toEqual([crashed, crashed]);
  });

  it.each(['hang', 'spin', 'native'])('is ended when a call does not come back after its time: %s', async (what) => {
    const stage = await pythonStage('act', { timeoutMs: 100, maxBatch: 1 });
    const answers = [caught(stage.run(says(what))), stage.run(says('behind'))];
    expect(await answers[0]).toMatchObject({ code: 'DEADLINE_EXCEEDED', problem: 'stage "python" took longer than its timeoutMs of 100' });
    expect(await answers[1]).toEqual(answered('behind'));
    expect(stage.crashes).toMatchObject([
      { problem: 'the Python process 0 of stage "python" was ended because a call did not come back after its deadline' },
    ]);
  });

  it('is not sent what is past its deadline', async () => {
    const stage = await pythonStage('act');
    expect(await caught(stage.run(says('print late'), new RequestScope(1)))).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await stage.release();
    expect(stage.lines).toEqual([]);
  });

  it('runs a call for several requests until nobody waits for it any more', async () => {
    const stage = await pythonStage('act', { effects: true });
    const before = ['sleep 0.1', 'sleep 0.1'].map((what) => stage.run(says(what)));
    const both = [50, 60_000].map((ms) => caught(stage.run(says(`after ${ms}`), new RequestScope(Date.now() + ms))));
    await Promise.all(before);
    expect((await Promise.all(both))[1]).toEqual(answered('after 60000'));
  });

  it('tells its function that nobody waits any more', async () => {
    const stage = await pythonStage('act');
    const scope = new RequestScope();
    const answer = caught(stage.run(says('wait a'), scope));
    await stage.written('waiting a');
    scope.end(gone);
    expect(await answer).toBe(gone);
    await stage.written('cancelled a');
    expect(processOf(await stage.run(says('after')))).toBeGreaterThan(0);
    expect(stage.crashes).toEqual([]);
  });

  it('does not run a call that was given up before it began', async () => {
    const stage = await pythonStage('act', { maxBatch: 1 });
    const scope = new RequestScope();
    const answers = [stage.run(says('sleep 0.2')), caught(stage.run(says('print never'), scope))];
    scope.end(gone);
    expect(await answers[1]).toBe(gone);
    await answers[0];
    await stage.release();
    expect(stage.lines).toEqual([]);
  });

  it('is ended when it outgrows its memory', async () => {
    const stage = await pythonStage('act', { memoryLimitMb: 100 });
    expect(await caught(stage.run(says('grow')))).toMatchObject({
      code: 'REPLICA_CRASHED',
      problem: expect.stringMatching(/^a Python process of stage "python" was ended: it used \d+ MB, and its memoryLimitMb is 100$/),
    });
    expect(await stage.run(says('after'))).toEqual(answered('after'));
  });

  it('leaves the calls of other processes alone when it is ended', async () => {
    const stage = await pythonStage('act', { replicas: 2, maxBatch: 1 });
    const answers = await Promise.all([caught(stage.run(says('exit 1'))), stage.run(says('sleep 0.1')), stage.run(says('c'))]);
    expect(answers).toEqual([expect.objectContaining({ code: 'REPLICA_CRASHED' }), answered('sleep 0.1'), answered('c')]);
    expect(stage.isReady()).toBe(true);
  });

  it('is gone when the stage is released, also in the middle of a call that does not end', async () => {
    const idle = await pythonStage('act');
    const pid = processOf(await idle.run(says('a')));
    expect(isRunning(pid)).toBe(true);
    await idle.release();
    expect(isRunning(pid)).toBe(false);
    const busy = await pythonStage('act');
    const [first, scope] = [processOf(await busy.run(says('a'))), new RequestScope()];
    const answer = caught(busy.run(says('spin'), scope));
    await busy.written('spinning');
    scope.end(gone);
    await answer;
    await busy.release();
    await whenGone(first);
  });
});

describe('a stage whose processes do not start any more', () => {
  it('refuses its calls, and says why', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'flowserve-')), 'fragile.py');
    writeFileSync(file, 'import os\ndef leave(batch):\n    os._exit(1)\n');
    const stage = await pythonStage('leave', { module: { file } });
    writeFileSync(file, 'import nothing_of_this_name\n');
    await caught(stage.run(says('a')));
    expect(stage.isReady()).toBe(false);
    expect(await caught(stage.run(says('b')))).toMatchObject({
      code: 'NO_REPLICA',
      problem: 'no Python process of stage "python" starts any more',
      cause: { code: 'MODULE_BROKEN' },
    });
  });

  it('are started as soon as the system lets them', async () => {
    const stage = await pythonStage('act');
    // More than the system takes.
    process.env.FLOWSERVE_TEST = 'x'.repeat(2 ** 22);
    onTestFinished(() => void delete process.env.FLOWSERVE_TEST);
    await caught(stage.run(says('exit 1')));
    expect(await stage.crash()).toMatchObject({ problem: expect.stringMatching(/cannot be run: spawn E2BIG$/) });
    delete process.env.FLOWSERVE_TEST;
    expect(await stage.run(says('after'))).toEqual(answered('after'));
  });
});

describe('the processes of a stage', () => {
  it('become more and fewer while they work, and no call is lost', async () => {
    const stage = await pythonStage('act', { maxBatch: 1 });
    const answers = Array.from({ length: 8 }, (_, i) => stage.run(says(`sleep 0.0${i}`)));
    await stage.pool.scaleTo(3);
    expect(stage.pool.statistics()).toMatchObject({ ready: 3, starting: 0, draining: 0 });
    answers.push(...Array.from({ length: 8 }, (_, i) => stage.run(says(`sleep 0.1${i}`))));
    await stage.pool.scaleTo(1);
    const all = await Promise.all(answers);
    expect(new Set(all.map(processOf)).size).toBeGreaterThan(1);
    expect(stage.pool.statistics()).toMatchObject({ ready: 1, draining: 0, outstanding: 0, arrivals: 16, completions: 16 });
    expect(stage.crashes).toEqual([]);
  });

  it('say what memory one of them has', async () => {
    const stage = await pythonStage('act');
    expect(stage.pool.memoryBytes).toBeGreaterThan(2 ** 20);
  });

  it('stay as they are when another does not start', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'flowserve-')), 'fragile.py');
    writeFileSync(file, 'def same(batch):\n    return batch\n');
    const stage = await pythonStage('same', { module: { file } });
    writeFileSync(file, 'import nothing_of_this_name\n');
    await expect(stage.pool.scaleTo(2)).rejects.toMatchObject({ code: 'MODULE_BROKEN' });
    expect(await stage.run(says('after'))).toEqual(says('after'));
    expect([stage.pool.replicas, stage.crashes]).toEqual([1, []]);
  });
});
