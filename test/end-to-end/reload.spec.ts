import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serving } from './command-line.ts';

let folder = '';
let child: ChildProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowserve-reload-'));
});
afterEach(async () => {
  child?.kill('SIGTERM');
  if (child?.exitCode === null) await once(child, 'exit');
});
afterAll(() => rm(folder, { recursive: true }));

const PATIENCE_MS = 20_000;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends one request; with an agent of its own a caller keeps its connection. */
function send(
  url: string,
  body: unknown,
  { agent, method = 'POST' }: { readonly agent?: Agent; readonly method?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers: { 'content-type': 'application/json' } }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) })).on('error', reject);
    });
    outgoing.on('error', reject).end(body === undefined ? '' : JSON.stringify(body));
  });
}

/** A server under `flowserve serve`, its admin address and what it says in its log. */
class Served {
  readonly url: string;
  readonly #adminUrl: string;
  readonly #child: ChildProcess;
  readonly #heard = new EventEmitter();
  #lines: string[] = [];

  private constructor({ child: started, url, adminUrl }: Awaited<ReturnType<typeof serving>>) {
    [this.#child, this.url, this.#adminUrl] = [started, url, adminUrl];
    createInterface(started.stderr as NodeJS.ReadableStream).on('line', (line) => {
      this.#lines.push(line);
      this.#heard.emit('line');
    });
  }

  static async start(...files: readonly string[]): Promise<Served> {
    const started = await serving([...files, '--workers', '1']);
    child = started.child;
    return new Served(started);
  }

  run(pipeline: string, row: object, agent?: Agent): Promise<Answer> {
    return send(`${this.url}/pipelines/${pipeline}/run`, row, agent === undefined ? {} : { agent });
  }

  reload(body?: unknown): Promise<Answer> {
    return send(`${this.#adminUrl}/reload`, body);
  }

  /** Gives what the log says became of it. */
  async hangUp(): Promise<string> {
    this.#child.kill('SIGHUP');
    for (;;) {
      const line = this.#lines.find((found) => /"by":"SIGHUP".*"msg":"(reloaded in|not reloaded)/.test(found));
      if (line !== undefined) {
        this.#lines = [];
        return (JSON.parse(line) as { readonly msg: string }).msg;
      }
      await once(this.#heard, 'line', { signal: AbortSignal.timeout(PATIENCE_MS) });
    }
  }
}

const file = (name: string): string => join(folder, name);
const write = (name: string, content: string): Promise<void> => writeFile(file(name), content);

/** One pipeline that waits as long as it is told and says its version. */
const waiting = (version: number, more = '', name = 'p'): string => `
  import { int32, pipeline, stage } from 'flowserve';
  const wait = stage({ name: 'wait', input: { n: int32 }, output: { version: int32 }, ${more}
    run: async ({ n }) => (await new Promise((done) => setTimeout(done, n))) ?? { version: ${version} } });
  export const p = pipeline('${name}', { n: int32 }, (rows) => rows.map(wait));`;

/** Pipelines that run in each place there is, each of which says the version it is. */
const everywhere = (version: number): string => `
  ${waiting(version, '', 'loop')}
  import { python } from 'flowserve/python';
  const there = stage({ name: 'there', input: { n: int32 }, output: { version: int32 }, runsOn: 'thread', run: () => ({ version: ${version} }) });
  export const thread = pipeline('thread', { n: int32 }, (rows) => rows.map(there));
  const say = python({ name: 'say', module: new URL('./say.py', import.meta.url), function: 'say', input: { n: int32 }, output: { version: int32 } });
  export const inPython = pipeline('python', { n: int32 }, (rows) => rows.map(say));`;

const say = (version: number): string => `def say(batch):\n    return {"version": [${version} for _ in batch["n"]]}\n`;

const writeVersion = async (version: number): Promise<void> => {
  await write('say.py', say(version));
  await write('everywhere.ts', everywhere(version));
};

/** What each caller sends, over a connection of its own, and where in the answer the version is. */
const callers: readonly { readonly path: string; readonly body: object; readonly versionIn: (body: never) => number }[] = [
  ...[1, 1, 300, 900].map((n) => ({ path: '/pipelines/loop/run', body: { n }, versionIn: inRow })),
  ...[1, 2].map((n) => ({ path: '/pipelines/thread/run', body: { n }, versionIn: inRow })),
  ...[1, 2].map((n) => ({ path: '/pipelines/python/run', body: { n }, versionIn: inRow })),
  ...['loop', 'thread', 'python'].map((model) => ({
    path: `/v2/models/${model}/infer`,
    body: { inputs: [{ name: 'n', datatype: 'INT32', shape: [1], data: [1] }] },
    versionIn: inTensor,
  })),
];

function inRow(body: { readonly row: { readonly version: number } }): number {
  return body.row.version;
}

function inTensor(body: { readonly outputs: readonly [{ readonly data: readonly [number] }] }): number {
  return body.outputs[0].data[0];
}

/** Sends requests from all callers until it is stopped, and gives what each was answered. */
function hammer(url: string): () => Promise<readonly (readonly Answer[])[]> {
  let isOver = false;
  const calls = callers.map(async ({ path, body }) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const answers: Answer[] = [];
    while (!isOver) answers.push(await send(`${url}${path}`, body, { agent }));
    agent.destroy();
    return answers;
  });
  return () => {
    isOver = true;
    return Promise.all(calls);
  };
}

describe('flowserve serve, asked to load its files again', () => {
  it('answers every request, at any place and over each protocol, while versions come and broken ones do not', async () => {
    await writeVersion(1);
    const served = await Served.start(file('everywhere.ts'));
    const stop = hammer(served.url);
    await writeVersion(2);
    expect(await served.hangUp()).toMatch(/^reloaded in \d+ ms$/);
    await write('everywhere.ts', `${everywhere(3)} }`);
    expect(await served.hangUp()).toMatch(/^not reloaded, the version before still answers: .*everywhere\.ts:\d+:\d+: Unexpected "}"/);
    await writeVersion(4);
    expect(await served.reload()).toMatchObject({ status: 200 });
    await write('say.py', 'import nothing_of_that_name\n');
    expect(await served.hangUp()).toContain('not reloaded');
    await writeVersion(5);
    expect(await served.hangUp()).toMatch(/^reloaded/);
    expect((await served.run('loop', { n: 1 })).body).toEqual({ row: { version: 5 } });
    const answers = await stop();
    expect(answers.flat().filter(({ status }) => status !== 200)).toEqual([]);
    answers.forEach((given, i) => {
      const versions = given.map(({ body }) => callers[i]?.versionIn(body as never) ?? 0);
      expect(versions, `in order, caller ${i}`).toEqual(versions.toSorted((a, b) => a - b));
      expect(versions).not.toContain(3);
    });
    expect(answers.flat().length).toBeGreaterThan(50);
  });

  it('answers a request that is long under way by the version it was given to', async () => {
    await write('long.ts', waiting(1));
    const served = await Served.start(file('long.ts'));
    const long = served.run('p', { n: 1500 });
    await served.run('p', { n: 0 });
    await write('long.ts', waiting(2));
    await served.hangUp();
    expect((await served.run('p', { n: 0 })).body).toEqual({ row: { version: 2 } });
    expect(await long).toEqual({ status: 200, body: { row: { version: 1 } } });
  });

  it('says what is other about each pipeline', async () => {
    await write('said.ts', waiting(1));
    const served = await Served.start(file('said.ts'));
    const more = "export const q = pipeline('q', { n: int32 }, (rows) => rows);";
    await write(
      'said.ts',
      waiting(2)
        .replace('output: { version: int32 }', 'output: { version: int32, m: int32 }')
        .replace('{ version: 2 }', '{ version: 2, m: 3 }') + more,
    );
    const { status, body } = await served.reload();
    expect(status).toBe(200);
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    const bundle = expect.stringMatching(/^said-[0-9a-f]{16}\.mjs$/);
    const columns = ['answers other columns: version: int32 → version: int32, m: int32'];
    expect(body).toEqual({
      tookMs: expect.any(Number),
      pipelines: [
        { pipeline: 'p', change: 'replaced', plan: { before: hash, after: hash }, program: { before: bundle, after: bundle }, columns },
        { pipeline: 'q', change: 'added', plan: { before: null, after: hash }, program: { before: null, after: bundle }, columns: [] },
      ],
      stores: [],
    });
    expect((await served.run('q', { n: 7 })).body).toEqual({ row: { n: 7 } });
  });

  it('changes nothing where a file does not load or set up, and says why by code', async () => {
    await write('broken.ts', waiting(1));
    const served = await Served.start(file('broken.ts'));
    const refusal = async (text: string): Promise<unknown> => {
      await write('broken.ts', text);
      const { status, body } = await served.reload();
      const { code } = (body as { readonly error: { readonly code: string } }).error;
      return `${status} ${code}`;
    };
    expect(await refusal(`${waiting(2)} }`)).toBe('500 FILE_BROKEN');
    expect(await refusal("throw new Error('no');")).toBe('500 FILE_BROKEN');
    expect(await refusal('export const nothing = 1;')).toBe('500 EXPORT_MISSING');
    expect(await refusal(waiting(2, "setup: () => { throw new Error('no model'); },"))).toBe('500 SETUP_FAILED');
    expect(await refusal(waiting(2, "runsOn: 'thread', setup: () => { throw new Error('no model'); },"))).toBe('500 SETUP_FAILED');
    expect((await served.run('p', { n: 0 })).body).toEqual({ row: { version: 1 } });
    expect(await served.reload({ delete: ['p'] })).toMatchObject({ status: 400, body: { error: { code: 'BODY_INVALID' } } });
  });

  it('changes nothing where a new version does not answer the rows it warms up with, and warms up every worker of one that does', async () => {
    const warming = (version: number, run: string): string => `
      import { int32, pipeline, stage } from 'flowserve';
      const count = stage({ name: 'count', input: { n: int32 }, output: { version: int32, calls: int32 }, runsOn: 'thread', replicas: 2,
        setup: () => ({ calls: 0 }), run: ${run} });
      export const p = pipeline('p', { n: int32 }, (rows) => rows.map(count), { warmUp: [{ n: 0 }] });
      // version ${version}`;
    const counting = (version: number): string =>
      warming(
        version,
        `async ({ n }, { state }) => (await new Promise((done) => setTimeout(done, n))) ?? { version: ${version}, calls: ++state.calls }`,
      );
    await write('warm.ts', counting(1));
    const served = await Served.start(file('warm.ts'));
    const both = async (): Promise<unknown> =>
      (await Promise.all([served.run('p', { n: 300 }), served.run('p', { n: 300 })])).map(({ body }) => body);
    expect(await both()).toEqual(Array(2).fill({ row: { version: 1, calls: 2 } }));
    await write('warm.ts', warming(2, "() => { throw new Error('no cache'); }"));
    const why = 'pipeline "p" did not answer the rows of its warmUp: stage "count" failed: no cache';
    expect(await served.hangUp()).toBe(`not reloaded, the version before still answers: ${why}`);
    expect(await served.reload()).toMatchObject({ status: 500, body: { error: { code: 'WARM_UP_FAILED' } } });
    expect(await both()).toEqual(Array(2).fill({ row: { version: 1, calls: 3 } }));
    await write('warm.ts', counting(3));
    expect(await served.hangUp()).toContain('reloaded in');
    expect(await both()).toEqual(Array(2).fill({ row: { version: 3, calls: 2 } }));
  });

  it('gives a pipeline up only where that is said', async () => {
    const q = "export const q = pipeline('q', { n: int32 }, (rows) => rows);";
    await write('removed.ts', waiting(1) + q);
    const served = await Served.start(file('removed.ts'));
    await write('removed.ts', waiting(2));
    expect(await served.hangUp()).toBe('not reloaded, the version before still answers: the files no longer have the pipeline q');
    expect(await served.reload()).toMatchObject({
      status: 409,
      body: {
        error: { code: 'PIPELINE_REMOVED', hint: 'Export it again, or say that it may go: POST /reload with the body {"remove":["q"]}.' },
      },
    });
    expect((await served.run('q', { n: 7 })).status).toBe(200);
    expect(await served.reload({ remove: ['q'] })).toMatchObject({
      status: 200,
      body: { pipelines: [{ pipeline: 'q', change: 'removed' }, { pipeline: 'p' }] },
    });
    expect((await served.run('q', { n: 7 })).status).toBe(404);
  });

  it('lets the later of two reloads win, whichever is set up first', async () => {
    await write('two.ts', waiting(1));
    const served = await Served.start(file('two.ts'));
    await write('two.ts', waiting(2, 'setup: () => new Promise(() => {}),'));
    const early = served.reload();
    await served.run('p', { n: 200 });
    await write('two.ts', waiting(3));
    expect((await served.reload()).status).toBe(200);
    expect(await early).toMatchObject({ status: 409, body: { error: { code: 'RELOAD_OVERTAKEN' } } });
    expect((await served.run('p', { n: 0 })).body).toEqual({ row: { version: 3 } });
  });

  it('keeps the values of stores, also of those that no pipeline looks up', async () => {
    const program = (salt: number, value: string): string => `
      import { int32, pipeline, record, store, text } from 'flowserve';
      const prices = store('prices', { key: text, value: int32, entries: [['tea', 1], ['salt', ${salt}]] });
      const counts = store('counts', { key: text, value: ${value} });
      export const put = pipeline('put', { key: text, price: int32 }, (rows) =>
        rows.map({ puts: int32 }, async ({ key, price }) => {
          await prices.put(key, price);
          const puts = ((await counts.get('puts'))?.value ?? 0) + 1;
          await counts.put('puts', puts);
          return { puts };
        }));
      export const price = pipeline('price', { key: text }, (rows) => rows.lookup(prices, { key: 'key', as: 'price' }));`;
    await write('stores.ts', program(5, 'int32'));
    const served = await Served.start(file('stores.ts'));
    const prices = async (): Promise<unknown> => {
      const { body } = await served.run('price', { rows: [{ key: 'tea' }, { key: 'salt' }] });
      return (body as { readonly rows: readonly { readonly price: number }[] }).rows.map(({ price }) => price);
    };
    await served.run('put', { key: 'tea', price: 2 });
    await write('stores.ts', program(6, 'int32'));
    const { body } = await served.reload();
    expect(body).toMatchObject({
      stores: [
        { store: 'prices', change: 'kept' },
        { store: 'counts', change: 'kept' },
      ],
    });
    expect(await prices()).toEqual([2, 6]);
    expect((await served.run('put', { key: 'tea', price: 3 })).body).toEqual({ row: { puts: 2 } });
    await write('stores.ts', `${program(5, 'int32')}\n// once more`);
    expect(await served.hangUp()).toContain('reloaded');
    expect(await prices()).toEqual([3, 5]);
  });
});
