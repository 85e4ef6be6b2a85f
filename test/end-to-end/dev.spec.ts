import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { flowserve, main } from './command-line.ts';

let folder = '';
let child: ChildProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowserve-dev-'));
});
afterEach(async () => {
  child?.kill('SIGINT');
  if (child?.exitCode === null) await once(child, 'exit');
});
afterAll(() => rm(folder, { recursive: true }));

const PATIENCE_MS = 20_000;

/** What development prints, and waits for words in what it has printed since the last ones. */
class Development {
  url = '';
  readonly #heard = new EventEmitter();
  #said = '';
  #past = 0;

  private constructor(output: NodeJS.ReadableStream) {
    const lines = createInterface(output);
    lines.on('line', (line) => {
      // Of answers to a hammer there are too many to look through.
      if (!/^POST hammered 200/.test(line)) this.#said += `${line}\n`;
      this.#heard.emit('line');
    });
  }

  static async start(...files: readonly string[]): Promise<Development> {
    const started = spawn(process.execPath, [main, 'dev', ...files, '--port', '0', '--admin-port', '0', '--workers', '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    const development = new Development(started.stdout);
    const said = await development.says(/serving at (\S+)[\s\S]*watching for changes/);
    development.url = said.match(/serving at (\S+)/)?.[1] ?? '';
    return development;
  }

  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const fresh = this.#said.slice(this.#past);
      const found = pattern.exec(fresh);
      if (found !== null) {
        this.#past += found.index + found[0].length;
        return fresh;
      }
      await once(this.#heard, 'line', { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => {
        throw new Error(`it did not say ${pattern} but: ${fresh}`);
      });
    }
  }
}

const file = (name: string): string => join(folder, name);
const write = (name: string, content: string): Promise<void> => writeFile(file(name), content);
/** Answers the version it is. */
const versioned = (version: number, more = '', name = 'p'): string => `
  import { int32, pipeline, stage } from 'flowserve';
  const version = stage({ name: 'version', input: { n: int32 }, output: { version: int32 }, ${more} run: () => ({ version: ${version} }) });
  export const p = pipeline('${name}', { n: int32 }, (rows) => rows.map(version));`;

async function post(url: string, name = 'p', body = '{"n":1}'): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${url}/pipelines/${name}/run`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  return { status: response.status, body: await response.json() };
}

/** Sends requests from several callers until it is stopped, and gives what they were answered. */
function hammer(url: string): () => Promise<readonly { readonly status: number; readonly body: unknown }[]> {
  let isOver = false;
  const answers: { readonly status: number; readonly body: unknown }[] = [];
  const call = async (): Promise<void> => {
    while (!isOver) answers.push(await post(url, 'hammered'));
  };
  const calls = [call(), call(), call(), call()];
  return async () => {
    isOver = true;
    await Promise.all(calls);
    return answers;
  };
}

describe('flowserve dev', () => {
  it('loses no request while files change, break and are mended', async () => {
    const hammered = (version: number, more = ''): string => versioned(version, more, 'hammered');
    await write('hammered.ts', hammered(1));
    const dev = await Development.start(file('hammered.ts'));
    const stop = hammer(dev.url);
    await write('hammered.ts', hammered(2));
    await dev.says(/reloaded in \d+ ms\nhammered: plan unchanged\n/);
    await write('hammered.ts', `${hammered(3)} }`);
    await dev.says(/\[FILE_BROKEN\] .*hammered\.ts:\d+:\d+: Unexpected "}"[\s\S]*not reloaded: the version before still answers\n/);
    await write('hammered.ts', hammered(4, `setup: () => { throw new Error('no model'); },`));
    await dev.says(/\[SETUP_FAILED\] setup of stage "version" failed: no model[\s\S]*not reloaded/);
    await write('hammered.ts', hammered(5, `setup: () => new Promise(() => {}),`));
    await write('next.ts', hammered(6, "runsOn: 'thread',"));
    await rename(file('next.ts'), file('hammered.ts'));
    await dev.says(/reloaded in \d+ ms\n[\s\S]*\n- {3}task 1 on the event loop\n\+ {3}task 1 on 1 thread: takes n, gives version\n/);
    expect(await post(dev.url, 'hammered')).toEqual({ status: 200, body: { row: { version: 6 } } });
    const answers = await stop();
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const versions = answers.map(({ body }) => (body as { readonly row: { readonly version: number } }).row.version);
    expect([...new Set(versions)].sort()).toEqual([1, 2, 6]);
  });

  it('says what is broken once, whatever else is written beside the files, such as its own log', async () => {
    await write('logged.ts', versioned(1));
    const development = await Development.start(file('logged.ts'));
    await write('note.ts', 'export const note = 1;');
    await write('logged.ts', "import { note } from './note.ts';\nconsole.log('attempt', note);\nthrow new Error('broken');");
    expect(await development.says(/not reloaded/)).toContain('broken');
    await write('note.ts', 'export const note = 2;');
    await development.says(/attempt 2/);
    await write('logged.ts', versioned(2));
    expect(await development.says(/reloaded in/)).not.toContain('not reloaded');
  });

  it('answers by the version that a request was given to, however long it takes', async () => {
    const slow = (version: number): string =>
      versioned(version).replace('run: () =>', 'run: async ({ n }) => (await new Promise((done) => setTimeout(done, n))) ??');
    await write('slow.ts', slow(1));
    const dev = await Development.start(file('slow.ts'));
    await post(dev.url, 'p', '{"rows":[{"n":0},{"n":0}]}');
    await dev.says(/POST p 200 \d+ ms 2 rows\n/);
    const early = post(dev.url, 'p', '{"n":1500}');
    await write('slow.ts', slow(2));
    await dev.says(/reloaded/);
    expect((await post(dev.url, 'p', '{"n":0}')).body).toEqual({ row: { version: 2 } });
    expect(await early).toEqual({ status: 200, body: { row: { version: 1 } } });
  });

  it('watches what is imported, and says which pipelines and columns changed', async () => {
    await write('labels.json', '["good"]');
    await write('parts.ts', "import labels from './labels.json' with { type: 'json' };\nexport const label = labels[0];");
    const program = (columns: string, name: string): string => `
      import { int32, pipeline, text } from 'flowserve';
      import { label } from './parts.ts';
      export const p = pipeline('p', { ${columns} }, (rows) => rows.map({ label: text }, () => ({ label })));
      export const q = pipeline('${name}', { n: int32 }, (rows) => rows);`;
    await write('labels.ts', program('n: int32', 'q'));
    const dev = await Development.start(file('labels.ts'));
    await write('labels.json', '["better"]');
    await dev.says(/reloaded[\s\S]*p: plan unchanged\nq: plan unchanged\n/);
    expect((await post(dev.url)).body).toEqual({ row: { label: 'better' } });
    await write('labels.ts', program('n: int32, m: int32', 'r'));
    await dev.says(/- pipeline q\np takes other columns: n: int32 → n: int32, m: int32\n[\s\S]*\+ pipeline r\n/);
    expect((await post(dev.url)).status).toBe(400);
    expect(await (await fetch(`${dev.url}/pipelines`)).json()).toEqual({ pipelines: ['p', 'r'] });
    expect(Object.keys(((await (await fetch(`${dev.url}/openapi.json`)).json()) as { paths: object }).paths)).toContain('/pipelines/r/run');
  });

  it('goes on watching a folder that is deleted and made again, at once or later', async () => {
    const version = (n: number): Promise<void> => write('again/version.ts', `export const current = ${n};`);
    await mkdir(file('again'));
    await version(1);
    await write('again.ts', `import { current } from './again/version.ts';\n${versioned(1).replace('version: 1 ', 'version: current ')}`);
    const dev = await Development.start(file('again.ts'));
    const answers = async (): Promise<unknown> => (await post(dev.url)).body;
    await rename(file('again'), file('away'));
    await mkdir(file('again'));
    await version(2);
    await rm(file('away'), { recursive: true });
    await dev.says(/reloaded in/);
    await version(3);
    await dev.says(/reloaded in/);
    expect(await answers()).toEqual({ row: { version: 3 } });
    await rm(file('again'), { recursive: true });
    await dev.says(/not reloaded: the version before still answers/);
    await mkdir(file('again'));
    await version(4);
    await dev.says(/reloaded in/);
    await version(5);
    await dev.says(/reloaded in/);
    expect(await answers()).toEqual({ row: { version: 5 } });
  });

  it('finds a stage that changes its row, and says where a stage threw', async () => {
    await write('careless.ts', versioned(1).replace('run: () =>', 'run: (row) => Object.assign(row, { n: 0 }) &&'));
    const dev = await Development.start(file('careless.ts'));
    expect((await post(dev.url)).body).toMatchObject({
      error: { code: 'STAGE_FAILED', message: expect.stringContaining('stage "version" changed a row that it was given') },
    });
    await dev.says(/POST p 500 \d+ ms 1 row STAGE_FAILED: stage "version" changed a row .*\n {2}at .*careless\.ts:3:\d+\n/);
  });

  it('loads a file of Python again that has changed', async () => {
    await write('said.py', 'def say(batch):\n    return {"version": [1 for _ in batch["n"]]}\n');
    const stage =
      "{ name: 'say', module: new URL('./said.py', import.meta.url), function: 'say', input: { n: int32 }, output: { version: int32 } }";
    const imports = "import { int32, pipeline } from 'flowserve';\nimport { python } from 'flowserve/python';\n";
    await write('said.ts', `${imports}export const said = pipeline('said', { n: int32 }, (rows) => rows.map(python(${stage})));`);
    const dev = await Development.start(file('said.ts'));
    expect(await post(dev.url, 'said')).toEqual({ status: 200, body: { row: { version: 1 } } });
    await write('said.py', 'def say(batch):\n    return {"version": [2 for _ in batch["n"]]}\n');
    await dev.says(/reloaded in \d+ ms/);
    expect(await post(dev.url, 'said')).toEqual({ status: 200, body: { row: { version: 2 } } });
  });

  it('says which file is missing', async () => {
    await write('present.ts', versioned(1));
    const { stderr, status } = await flowserve(['dev', file('presemt.ts')]);
    expect(stderr).toContain(`[FILE_MISSING] there is no file ${file('presemt.ts')} (did you mean "present.ts"?)`);
    expect(status).toBe(1);
  });
});
