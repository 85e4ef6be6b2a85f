import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pipeline } from '../../src/pipeline.ts';
import { text } from '../../src/schema/column.ts';
import { flowserve, programFile, serving, servingUnderNpx } from './command-line.ts';
import { serveHere } from './http-fixtures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowserve-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function post(url: string, body: string): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  return response.json();
}

/** Waits as long as it is told; of -1 it leaves a rejected promise behind, of -2 an exception. */
function slowProgram(): Promise<string> {
  return file(
    'slow.ts',
    `import { int32, pipeline } from 'flowserve';
     export const slow = pipeline('slow', { ms: int32 }, (rows) => rows.map({ ms: int32 }, async ({ ms }) => {
       if (ms === -1) void Promise.reject(new Error('stray'));
       if (ms === -2) setTimeout(() => { throw new Error('stray'); }, 20);
       if (ms > 0) await new Promise((done) => setTimeout(done, ms));
       return { ms };
     }));`,
  );
}

describe('flowserve run', () => {
  it('answers the rows of a JSON file', async () => {
    const input = await file('rows.json', '{"rows":[{"message":"It is broken."},{"message":"Is it waterproof?"}]}');
    const { status, stdout } = await flowserve(['run', programFile('triage.ts'), '--input', input]);
    expect(JSON.parse(stdout)).toEqual({ rows: [{ label: 'complaint' }, { label: 'question' }] });
    expect(status).toBe(0);
  });

  it('answers one row by one row', async () => {
    const input = await file('row.json', '{"message":"Thanks!"}');
    const { stdout } = await flowserve(['run', programFile('triage.ts'), '--input', input]);
    expect(JSON.parse(stdout)).toEqual({ row: { label: 'praise' } });
  });

  it('reads standard input, and an array of rows', async () => {
    const { stdout } = await flowserve(['run', programFile('triage.ts'), '--input', '-'], { input: '[{"message":"broken"}]' });
    expect(JSON.parse(stdout)).toEqual({ rows: [{ label: 'complaint' }] });
  });

  it('gives a file of bytes to a pipeline that takes one bytes column', async () => {
    const input = await file('five.bin', '12345');
    const { stdout } = await flowserve(['run', programFile('two.ts'), '--pipeline', 'size', '--input', input]);
    expect(JSON.parse(stdout)).toEqual({ row: { length: 5 } });
  });

  it('runs stages on threads', async () => {
    const { stdout } = await flowserve(['run', programFile('two.ts'), '--pipeline', 'double', '--input', '-'], { input: '{"n":21}' });
    expect(JSON.parse(stdout)).toEqual({ row: { n: 42 } });
  });

  it('says where in the file a stage threw, and speaks of no server', async () => {
    const program = await file(
      'throws-in-stage.ts',
      "import { pipeline, text } from 'flowserve';\nexport const p = pipeline('p', { a: text }, (rows) =>\n  rows.map({ a: text }, () => { throw new Error('not today'); }));",
    );
    const { stderr } = await flowserve(['run', program, '--input', '-'], { input: '{"a":"x"}' });
    expect(stderr).toBe(
      `flowserve: [STAGE_FAILED] stage "map#1" failed: not today\n  at ${program}:3:39\n  → Correct the stage, or the input if it is the reason.\n`,
    );
    const { stderr: wrongRow } = await flowserve(['run', program, '--input', '-'], { input: '{"a":1}' });
    expect(wrongRow).toContain('→ Compare the input with the columns of Input in flowserve explain FILE.');
  });

  it('says which row is wrong and how', async () => {
    const { status, stderr } = await flowserve(['run', programFile('triage.ts'), '--input', '-'], { input: '{"rows":[{"mesage":"x"}]}' });
    expect(stderr).toContain('[ROW_INVALID] row 0: column "message" (text) is missing (there is "mesage", which is not a column)');
    expect(status).toBe(1);
  });
});

describe('flowserve explain', () => {
  const explain = (...flags: readonly string[]) => flowserve(['explain', programFile('triage.ts'), '--workers', '2', ...flags]);

  it('prints the plan and where it runs', async () => {
    const { status, stdout } = await explain();
    expect(stdout).toMatchInlineSnapshot(`
      "pipeline triage
        Map map#2 [label: text]
          Join left by identity as better
            #1 Derive quick [+ label: text, confidence: float32]
              Input triage [message: text]
            Map map#1 [label: text]
              Filter filter#1 reads confidence
                #1
      runs as
        task 1 on the event loop
          derive quick
          filter filter#1
          map map#1
          join left as better
          map map#2
      "
    `);
    expect(status).toBe(0);
  });

  it('prints what each rule did', async () => {
    const { stdout } = await explain('--steps', '--rule', 'place-with-neighbours=off', '--rule', 'fuse-regions=on');
    expect(stdout).toContain('\nplace-with-neighbours: off\n');
    expect(stdout).toContain('\nmerge-maps: unchanged\n');
    expect(stdout).toMatch(/\nfuse-regions\n {2}task 1 on the event loop\n/);
  });

  it('prints the plan as JSON', async () => {
    const json = JSON.parse((await explain('--json')).stdout);
    expect(json).toMatchObject({ pipeline: 'triage', hash: expect.stringMatching(/^[0-9a-f]{64}$/), physical: { pipeline: 'triage' } });
    expect(json.nodes.map(({ op }: { readonly op: string }) => op)).toEqual(['input', 'derive', 'filter', 'map', 'join', 'map']);
  });

  it('prints a picture', async () => {
    expect((await explain('--mermaid')).stdout).toMatch(/^flowchart TD\n/);
  });

  it('prints what a running server has measured, and what to do', async () => {
    await using server = await serveHere(
      pipeline('triage', { message: text }, (rows) => rows.derive({ quick: text }, () => ({ quick: '' }))),
      {
        adminToken: 'secret',
      },
    );
    const url = server.adminUrl ?? '';
    const { stdout } = await explain('--analyze', url, '--token', 'secret');
    expect(stdout).toMatch(/^The server runs another version of this pipeline than the file has.\npipeline triage, up for \d+ s\n/);
    expect(stdout).toContain('Nothing to advise');
    expect((await explain('--analyze', url)).stderr).toContain('[TOKEN_INVALID]');
    expect((await explain('--analyze', 'localhost')).stderr).toContain('[OPTION_INVALID] --analyze must be the admin address');
  });

  it('prints one form at a time', async () => {
    const { status, stderr } = await explain('--json', '--steps');
    expect([status, stderr]).toEqual([1, expect.stringContaining("option '--steps' cannot be used with option '--json'")]);
  });

  it.each([
    ['fuse-region=off', 'There is no rule "fuse-region" (did you mean "fuse-regions"?)'],
    ['fuse-regions', 'Write fuse-regions=off or fuse-regions=on.'],
    ['fuse-regions=maybe', 'Write fuse-regions=off or fuse-regions=on.'],
  ])('refuses --rule %s', async (flag, message) => {
    const { status, stderr } = await explain('--rule', flag);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe('flowserve serve', () => {
  it('serves several files until it is told to end, and answers what is under way', async () => {
    const { child, url, adminUrl } = await serving([programFile('triage.ts'), programFile('two.ts')]);
    expect(await post(`${url}/pipelines/triage/run`, '{"message":"broken"}')).toEqual({ row: { label: 'complaint' } });
    expect(await post(`${url}/pipelines/double/run`, '{"n":4}')).toEqual({ row: { n: 8 } });
    expect(await (await fetch(`${adminUrl}/pipelines/double/plan`)).json()).toHaveProperty('tasks');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('answers what is under way although SIGTERM comes twice, as it does to a group of processes', async () => {
    const { child, url } = await serving([await slowProgram()]);
    const answer = post(`${url}/pipelines/slow/run`, '{"ms":300}');
    await vi.waitFor(async () => expect(await post(`${url}/pipelines/slow/run`, '{"ms":1}')).toEqual({ row: { ms: 1 } }));
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGTERM'), 50);
    expect(await answer).toEqual({ row: { ms: 300 } });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('does not wait after a second Ctrl-C', async () => {
    const { child, url } = await serving([await slowProgram()]);
    const lost = expect(post(`${url}/pipelines/slow/run`, '{"ms":20000}')).rejects.toThrow('fetch failed');
    await vi.waitFor(async () => expect(await post(`${url}/pipelines/slow/run`, '{"ms":1}')).toEqual({ row: { ms: 1 } }));
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGINT'), 200);
    expect(await once(child, 'exit')).toEqual([1, null]);
    await lost;
  });

  it('ends when SIGTERM has ended the shell that npx put above it', async () => {
    const { child, url } = await servingUnderNpx(programFile('triage.ts'));
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    child.kill('SIGTERM');
    await vi.waitFor(() => expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed'), { timeout: 10_000, interval: 100 });
  });

  it('serves on after a rejection that nobody waits for', async () => {
    const { child, url } = await serving([await slowProgram()]);
    expect(await post(`${url}/pipelines/slow/run`, '{"ms":-1}')).toEqual({ row: { ms: -1 } });
    expect(await post(`${url}/pipelines/slow/run`, '{"ms":2}')).toEqual({ row: { ms: 2 } });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends with status 1 after an exception outside any request, and answers what is under way first', async () => {
    const { child, url } = await serving([await slowProgram()]);
    const exit = once(child, 'exit');
    const answer = post(`${url}/pipelines/slow/run`, '{"ms":300}');
    await vi.waitFor(async () => expect(await post(`${url}/pipelines/slow/run`, '{"ms":1}')).toEqual({ row: { ms: 1 } }));
    expect(await post(`${url}/pipelines/slow/run`, '{"ms":-2}')).toEqual({ row: { ms: -2 } });
    expect(await answer).toEqual({ row: { ms: 300 } });
    expect(await exit).toEqual([1, null]);
  });

  it('takes the limits of requests by name', async () => {
    const { child, url } = await serving([programFile('two.ts'), '--limit', 'maxRows=1', '--limit', 'maxJsonDepth=3']);
    expect(await post(`${url}/pipelines/double/run`, '{"rows":[{"n":1},{"n":2}]}')).toMatchObject({ error: { code: 'ROWS_TOO_MANY' } });
    expect(await post(`${url}/pipelines/double/run`, '{"n":[[[[]]]]}')).toMatchObject({ error: { code: 'JSON_TOO_DEEP' } });
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it.each([
    ['refuses who would be late', [], true],
    ['takes them all the same with --no-admission', ['--no-admission'], false],
  ])('%s', async (_, flags, refuses) => {
    const { child, url } = await serving([await slowProgram(), '--timeout-ms', '50', ...flags]);
    const codes = new Set<unknown>();
    const call = async (): Promise<void> => {
      const { error } = (await post(`${url}/pipelines/slow/run`, '{"ms":100}')) as { readonly error: { readonly code: string } };
      codes.add(error.code);
    };
    for (let i = 0; i < 5; i++) await Promise.all(Array.from({ length: 40 }, call));
    expect([...codes]).toEqual(refuses ? ['DEADLINE_EXCEEDED', 'OVERLOADED'] : ['DEADLINE_EXCEEDED']);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('takes the replicas of stages by name, and says which stages there are', async () => {
    const { child, url, adminUrl } = await serving([programFile('two.ts'), '--replicas', 'double=2..3']);
    expect(await post(`${url}/pipelines/double/run`, '{"rows":[{"n":1}]}')).toMatchObject({ rows: [{ n: 2 }] });
    expect(await (await fetch(`${adminUrl}/metrics`)).text()).toMatch(/^flowserve_replicas\{.*state="ready".*\} 2$/m);
    child.kill('SIGTERM');
    await once(child, 'exit');
    const { status, stderr } = await flowserve(['serve', programFile('triage.ts'), '--replicas', 'quik=1..3', '--port', '0']);
    expect(stderr).toContain('[OPTION_INVALID] replicas: there is no stage "quik" (did you mean "quick"?)');
    expect(stderr).toContain('The stages are quick, ');
    expect(status).toBe(1);
    for (const wrong of ['quick', 'quick=3..1']) {
      const { stderr: refusal } = await flowserve(['serve', programFile('triage.ts'), '--replicas', wrong]);
      expect(refusal).toContain('such as detect=2 or detect=1..8');
    }
  });

  it('says in one line that a port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { status, stderr } = await flowserve(['serve', programFile('triage.ts'), '--port', String(port), '--admin-port', '0']);
    other.close();
    expect(stderr).toContain(`[PORT_TAKEN] port ${port}`);
    expect(stderr).toContain('choose another port with --port');
    expect(status).toBe(1);
  });

  it('says which model file is missing', async () => {
    const program = await file(
      'missing-model.ts',
      `import { pipeline, tensor } from 'flowserve';
       import { onnx } from 'flowserve/onnx';
       const columns = { x: tensor('FP32', [1]) };
       const model = onnx({ name: 'm', model: new URL('./nowhere.onnx', import.meta.url), inputs: columns, outputs: { y: tensor('FP32', [1]) } });
       export const p = pipeline('p', columns, (rows) => rows.map(model));`,
    );
    const { status, stderr } = await flowserve(['serve', program, '--port', '0', '--admin-port', '0']);
    expect(stderr).toContain(`[MODEL_MISSING] onnx "m": there is no readable file ${join(folder, 'nowhere.onnx')}`);
    expect(status).toBe(1);
  });
});

describe('a mistake on the command line', () => {
  it.each([
    [['srve', 'x.ts'], 'Did you mean serve?'],
    [['serve', 'x.ts', '--prt', '1'], 'Did you mean --port?'],
    [['serve', 'x.ts', '--port', 'many'], 'must be a whole number from 0 to 65535'],
    [['serve', programFile('triag.ts')], 'did you mean "triage.ts"?'],
    [['run', programFile('two.ts'), '--input', 'x', '--pipeline', 'duble'], 'did you mean "double"?'],
    [['run', programFile('two.ts'), '--input', 'x'], 'Say which one with --pipeline NAME'],
    [['run', programFile('no-pipeline.ts'), '--input', 'x'], 'exports no pipeline; it exports answer'],
    [['run', programFile('triage.ts'), '--input', 'nowhere.json'], 'there is no readable file nowhere.json'],
    [['serve', 'x.ts', '--limit', 'maxRow=1'], 'There is no limit "maxRow" (did you mean "maxRows"?)'],
    [['serve', 'x.ts', '--limit', 'maxRows'], 'must be a whole number of at least 1'],
    [['serve', 'x.ts', '--log-level', 'loud'], 'Allowed choices are fatal, error'],
    [
      ['serve', programFile('triage.ts'), '--admin-host', '0.0.0.0'],
      'in the environment variable FLOWSERVE_ADMIN_TOKEN, or leave out --admin-host',
    ],
    [['explain', programFile('.')], 'is a folder, not a file'],
    [['run', programFile('triage.ts')], "required option '--input <file>' not specified"],
  ])('%j is answered by a suggestion', async (args, suggestion) => {
    const { status, stderr } = await flowserve(args);
    expect(stderr).toContain(suggestion);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });

  it('prints help for every command', async () => {
    for (const command of [[], ['serve'], ['run'], ['explain']]) {
      const { status, stdout } = await flowserve([...command, '--help']);
      expect(stdout).toContain('Usage: flowserve');
      expect(status).toBe(0);
    }
  });
});

describe('a broken file', () => {
  it.each([
    ['syntax.ts', 'const a = ;', /syntax\.ts:1:11: Unexpected ";"/],
    ['import.ts', "import { x } from './nowhere.ts';\nexport { x };", /import\.ts:1:19: Could not resolve "\.\/nowhere\.ts"/],
    ['package.ts', "import x from 'no-such-package';\nexport { x };", /package\.ts:1:15: Could not resolve "no-such-package"/],

    [
      'install.ts',
      "import 'no-such-package/part';\nimport '@no/such';",
      /→ Run npm install no-such-package @no\/such, or correct the import/,
    ],
    [
      'require.ts',
      "import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('no-such');",
      /require\.ts:2:\d+: Cannot find module/,
    ],
    [
      'twice.ts',
      "import { pipeline, text } from 'flowserve';\nconst one = () => pipeline('p', { a: text }, (rows) => rows);\nexport const [a, b] = [one(), one()];",
      /twice\.ts: two pipelines are named "p"/,
    ],
    ['throws.ts', "\nthrow new Error('not today');", /throws\.ts:2:7: not today/],
    [
      'edge.ts',
      "import { pipeline, text } from 'flowserve';\nexport const p = pipeline('p', { a: text }, (rows) =>\n  rows.select('b' as 'a'));",
      /edge\.ts:3:8: select: this flow has no column "b"/,
    ],
  ])('%s is named with its line', async (name, content, message) => {
    const { status, stderr } = await flowserve(['explain', await file(name, content)]);
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });
});
