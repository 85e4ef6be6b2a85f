import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipeline, text } from '../../src/index.ts';
import { python } from '../../src/python.ts';
import { interpret } from '../../src/testing.ts';
import { isRunning, whenGone } from '../support/python/processes.ts';
import { functions } from '../support/python/stages.ts';
import { serving } from './command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = `import { pipeline, text } from 'flowserve';
import { python } from 'flowserve/python';
const columns = { text };
export const act = pipeline('act', columns, (rows) =>
  rows.map(python({ name: 'act', module: new URL('./functions.py', import.meta.url), function: 'act', input: columns, output: columns, replicas: 2, maxBatch: 1 }))
    .map({ text }, ({ text }) => ({ text })));
`;

let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowserve-python-'));
  file = join(folder, 'pipeline.ts');
  await writeFile(file, PROGRAM);
  await copyFile(functions, join(folder, 'functions.py'));
});
afterAll(() => rm(folder, { recursive: true }));

async function post(url: string, what: string): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(`${url}/pipelines/act/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rows: [{ text: what }] }),
  });
  return { status: response.status, body: await response.text() };
}

/** A server, what it logs, and the processes of its stage. */
async function served() {
  const { child, url } = await serving([file]);
  let log = '';
  child.stderr?.on('data', (piece: Buffer) => {
    log += piece.toString();
  });
  const logs = async (wanted: string): Promise<string> => {
    while (!log.includes(wanted)) await once(child.stderr as NodeJS.ReadableStream, 'data');
    return log.split('\n').find((line) => line.includes(wanted)) ?? '';
  };
  const pids = new Set<number>();
  while (pids.size < 2) {
    const answers = await Promise.all(['sleep 0.05', 'sleep 0.05'].map((what) => post(url, what)));
    for (const { body, status } of answers) {
      expect(status, body).toBe(200);
      pids.add(Number(/"(\d+) /.exec(body)?.[1]));
    }
  }
  return { child, url, logs, pids: [...pids] };
}

describe('a server with a stage in Python', () => {
  it('logs what the stage writes and why it failed, and tells clients no traceback', async () => {
    const { child, url, logs, pids } = await served();
    await post(url, 'print hello');
    expect(JSON.parse(await logs('hello'))).toMatchObject({ pipeline: 'act', stage: 'act', stream: 'stdout', msg: 'hello', level: 30 });
    const { status, body } = await post(url, 'raise too long');
    expect(status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'STAGE_FAILED', message: 'stage "act" failed: ValueError: too long' } });
    expect(body).not.toContain('Traceback');
    expect(await logs('Traceback')).toContain('in acted');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(pids.map(isRunning)).toEqual([false, false]);
  });

  it.each([
    ['idle', 'print idle', 'idle'],
    ['in Python', 'spin', 'spinning'],
    ['in native code that keeps the lock of the interpreter', 'native', 'in native code'],
  ])('leaves no process behind when it is killed: %s', async (_, what, said) => {
    const { child, url, logs, pids } = await served();
    post(url, what).catch(() => {});
    await logs(said);
    expect(pids.map(isRunning)).toEqual([true, true]);
    child.kill('SIGKILL');
    await Promise.all(pids.map(whenGone));
  });

  it('goes on when the terminal interrupts all of its processes, until it has answered', async () => {
    const { child, url, pids } = await served();
    const answer = post(url, 'sleep 0.3');
    for (const pid of pids) process.kill(pid, 'SIGINT');
    expect((await answer).status).toBe(200);
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(pids.map(isRunning)).toEqual([false, false]);
  });
});

describe('a pipeline with a stage in Python', () => {
  const columns = { text };
  const act = pipeline('act', columns, (rows) =>
    rows.map(python({ name: 'same', module: functions, function: 'same', input: columns, output: columns })),
  );

  it('gives in process what it means', async () => {
    const rows = [{ text: 'a' }, { text: 'ö' }];
    expect(await act.run(rows)).toEqual(rows);
    expect(await interpret(act, rows)).toEqual(rows);
    await act.close();
  });

  it('lets a program end that does not close it, and writes what it prints to standard error', async () => {
    const program = `
      import { pipeline, text } from 'flowserve';
      import { python } from 'flowserve/python';
      const columns = { text };
      const act = pipeline('act', columns, (rows) =>
        rows.map(python({ name: 'act', module: ${JSON.stringify(functions)}, function: 'act', input: columns, output: columns })));
      console.log((await act.run([{ text: 'print hello' }]))[0].text);`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: root });
    const [, pid] = /^(\d+) print hello\n$/.exec(stdout) ?? [];
    expect(stderr.split('\n').sort()).toEqual(['', 'act.0: hello', 'act.0: hello too']);
    await whenGone(Number(pid));
  });

  it('goes on when descriptors have run out just as a process is started again', async () => {
    const script = fileURLToPath(new URL('../support/python-descriptors.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)('bash', ['-c', `ulimit -n 100; exec "${process.execPath}" "${script}"`]);
    expect(JSON.parse(stdout)).toEqual({
      reasons: [
        'the Python process 0 of stage "act" exited with status 1',
        expect.stringMatching(/^python "act": \S+ cannot be run: too many files are open \(EMFILE\)$/),
      ],
      answer: 'after',
    });
  });
});
