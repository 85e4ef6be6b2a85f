import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowserve, main, programFile, serving } from './command-line.ts';

const triage = programFile('triage.ts');
const short = ['--duration', '0.3', '--warmup', '0.1'];

let folder = '';
let rows = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowserve-bench-'));
  rows = join(folder, 'rows.json');
  await writeFile(rows, '[{"message":"It is broken."},{"message":"Thanks!"}]');
});
afterAll(() => rm(folder, { recursive: true }));

interface Printed {
  readonly requests: number;
  readonly rowsPerRequest: number;
  readonly load: string;
  readonly latencyMs: Readonly<Record<string, number>>;
  readonly errors: object;
  readonly stages: readonly { readonly stage: string; readonly calls: number }[];
}

async function benched(...args: readonly string[]): Promise<Printed> {
  const { stdout, stderr } = await flowserve(['bench', triage, '--input', rows, '--json', ...short, ...args]);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Printed;
}

describe('flowserve bench', () => {
  it('keeps requests under way and prints what it measured', async () => {
    const { requests, latencyMs, errors, stages, load, rowsPerRequest } = await benched('--concurrency', '4', '--workers', '1');
    expect(load).toBe(
      '4 requests at a time, 2 rows each, for 0.3 s after 0.1 s of warm-up, in this process, with 1 worker for each task on threads',
    );
    expect(requests).toBeGreaterThan(0);
    expect(Object.keys(latencyMs)).toEqual(['p50', 'p90', 'p95', 'p99', 'p99.9', 'max']);
    expect({ errors, rowsPerRequest }).toEqual({ errors: {}, rowsPerRequest: 2 });
    expect(stages.map(({ stage }) => stage)).toEqual(['quick', 'filter#1', 'map#1', 'map#2']);
  });

  it('sends at a rate, at the same random times for the same seed', async () => {
    const { requests, load } = await benched('--rate', '100');
    expect(load).toMatch(/^100 requests\/s, at random times, 2 rows each/);
    expect((await benched('--rate', '100')).requests).toBe(requests);
  });

  it('drives a server that runs', async () => {
    const { child, url } = await serving([triage]);
    const { requests, load, stages } = await benched('--url', url);
    expect(requests).toBeGreaterThan(0);
    expect(load).toContain(`at ${url}`);
    expect(stages).toEqual([]);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('prints for people too', async () => {
    const { stdout } = await flowserve(['bench', triage, '--input', rows, ...short]);
    for (const part of [
      /^triage: 8 requests at a time/,
      /requests\/s +\d/,
      /latency ms +p50 \d/,
      /errors +none/,
      /task +on +stage +calls/,
    ]) {
      expect(stdout).toMatch(part);
    }
  });

  it('prints what it has measured at Ctrl-C', async () => {
    const args = ['bench', triage, '--input', rows, '--json', '--duration', '600', '--warmup', '0', '--rate', '200'];
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = textOf(child.stdout);
    // The first line of progress.
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    expect(JSON.parse(await printed)).toMatchObject({ errors: {}, load: expect.stringContaining('ended early') });
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
  });
});

describe('flowserve bench says', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['what a rate is', ['--rate', 'fast'], 'It must be a number of requests a second above 0, at most 2000000, such as 2 or 0.5.'],
    ['what a duration is', ['--duration', '-1'], 'It must be a number of seconds above 0, at most 2000000, such as 2 or 0.5.'],
    ['that one of two is enough', ['--rate', '1', '--concurrency', '1'], '[OPTION_INVALID] bench: both --rate and --concurrency are given'],
    ['what an address is', ['--url', 'localhost'], '[OPTION_INVALID] --url must be the address of a server but is "localhost"'],
    ['that nobody answers', ['--url', 'http://127.0.0.1:1'], '[ADDRESS_INVALID] no answer from http://127.0.0.1:1: '],
    ['which pipelines there are', ['--pipeline', 'triag'], 'has no pipeline "triag" (did you mean "triage"?); it has triage'],
  ])('%s', async (_, args, message) => {
    const { stderr, status } = await flowserve(['bench', triage, '--input', rows, ...args]);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });

  it('which row is wrong, before any load', async () => {
    const { stderr } = await flowserve(['bench', triage, '--input', '-'], { input: '[{"mesage":"x"}]' });
    expect(stderr).toContain('[ROW_INVALID] row 0: column "message" (text) is missing');
    expect(stderr).toContain('→ Compare the input with the columns of Input in flowserve explain FILE.');
  });

  it('what a stage throws, and where, before any load', async () => {
    const program = join(folder, 'throws.ts');
    await writeFile(
      program,
      "import { pipeline, text } from 'flowserve';\nexport const p = pipeline('p', { message: text }, (rows) =>\n  rows.map({ a: text }, () => { throw new Error('not today'); }));",
    );
    const { stderr } = await flowserve(['bench', program, '--input', rows]);
    expect(stderr).toContain(`[STAGE_FAILED] stage "map#1" failed: not today\n  at ${program}:3:39`);
  });
});
