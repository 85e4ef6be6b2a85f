import assert from 'node:assert/strict';
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { remote } from '../../src/language/remote.ts';
import { type Pipeline, pipeline } from '../../src/pipeline.ts';
import { planOf } from '../../src/plan/program.ts';
import { stagesOf } from '../../src/plan/traverse.ts';
import { loadRemote } from '../../src/runtime/remote/remote-stage.ts';
import { plainContext } from '../../src/runtime/stages/built-in-stage.ts';
import { type AnyRow, type Columns, float32, int64, type Schema, tensor, text } from '../../src/schema/column.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import type { DeploymentOptions } from '../../src/serving/settings.ts';
import { explain, interpret } from '../../src/testing.ts';
import { schemaAndRow } from '../support/column-samples.ts';
import { type BareModel, echo, ModelServer } from '../support/model-server.mjs';
import { selfSigned } from '../support/self-signed.ts';
import { serveHere } from './http-fixtures.ts';

const open: { close?(): Promise<unknown>; stop?(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await (one.close ?? one.stop)?.call(one);
});

const t = (name: string, datatype: string, ...shape: readonly number[]) => ({ name, datatype, shape });
const inputs = [t('x', 'FP32', -1, 2)];
const outputs = [t('y', 'FP32', -1, 2)];
/** Gives its input back. */
const same: BareModel = { name: 'same', inputs, outputs, run: echo(inputs, outputs) };

async function serverOf(model: BareModel = same): Promise<ModelServer> {
  const server = await ModelServer.start(model);
  open.push(server);
  return server;
}

type Definition = Parameters<typeof remote>[0];

function calling(url: string, options: Partial<Definition> = {}): Pipeline<Columns, Columns> {
  const columns = { input: { x: tensor('FP32', [2]) }, output: { y: tensor('FP32', [2]) } };
  const stage = remote({ name: 'call', url, model: 'same', ...columns, ...options } as Definition);
  return pipeline('calling', stage.input, (rows) => rows.map(stage));
}

async function deployed(one: Pipeline<Columns, Columns>, options: DeploymentOptions = {}): Promise<Deployment> {
  const plan = planOf(one);
  if (plan === undefined) throw new RangeError('not a pipeline');
  const deployment = await Deployment.start(plan, { onOutput: () => {}, ...options });
  open.push(deployment);
  return deployment;
}

const row = (...numbers: readonly number[]) => ({ x: { datatype: 'FP32', shape: [2], data: Float32Array.from(numbers) } }) as const;
const answer = (...numbers: readonly number[]) => ({ y: row(...numbers).x });
const rowsSent = ({ calls }: ModelServer) => calls.map(({ json }) => json.inputs[0]?.shape[0]);
const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: { readonly message: string; readonly hint: string }) => `${error.message}\n${error.hint}`,
  );

describe('a remote model', () => {
  it('answers as its server does, with the rows of a request in one call', async () => {
    const server = await serverOf();
    const deployment = await deployed(calling(server.url));
    expect(await deployment.run([row(1, 2), row(3, 4)])).toEqual([answer(1, 2), answer(3, 4)]);
    expect(server.calls).toMatchObject([
      {
        path: '/v2/models/same/infer',
        json: { inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: 16 } }], outputs: [{ name: 'y' }] },
      },
    ]);
  });

  it('is asked for by its version, with headers, and told how much time is left in microseconds', async () => {
    const server = await serverOf();
    const headers = { authorization: 'Bearer secret' };
    const deployment = await deployed(calling(server.url, { version: 3, headers }), { timeoutMs: 5000 });
    await deployment.run([row(1, 2)]);
    const [call] = server.calls;
    expect(call).toMatchObject({ path: '/v2/models/same/versions/3/infer', headers });
    const timeout = Number(call?.json.parameters?.timeout);
    expect(timeout).toBeGreaterThan(1_000_000);
    expect(timeout).toBeLessThanOrEqual(5_000_000);
  });

  it('is told the ids of the requests that it is called for', async () => {
    const server = await serverOf();
    const deployment = await deployed(calling(server.url, { connections: 1 }));
    await Promise.all(['a\n', 'b', 'c'].map((requestId) => deployment.run([row(1, 2)], { requestId })));
    expect(server.calls.map(({ headers, json }) => [headers['x-request-id'], json.id])).toEqual([
      [undefined, 'a\n'],
      ['b,c', 'b,c'],
    ]);
  });

  it('is told the id that a client sends over HTTP', async () => {
    const server = await serverOf();
    await using front = await serveHere([calling(server.url)]);
    const body = JSON.stringify({ x: [1, 2] });
    const headers = { 'content-type': 'application/json', 'x-request-id': 'mine' };
    await fetch(`${front.url}/pipelines/calling/run`, { method: 'POST', headers, body });
    expect(server.calls[0]?.json.id).toBe('mine');
  });

  it('shares calls between requests while its connections are in use, and keeps those', async () => {
    const server = await serverOf();
    const deployment = await deployed(calling(server.url, { connections: 1 }));
    const numbers = Array.from({ length: 40 }, (_, i) => i);
    const answers = await Promise.all(numbers.map((n) => deployment.run([row(n, n)])));
    expect(answers).toEqual(numbers.map((n) => [answer(n, n)]));
    const sent = rowsSent(server);
    expect(sent.reduce<number>((sum, rows) => sum + (rows ?? 0), 0)).toBe(40);
    // How many rows each has is chosen by what those before it have taken.
    expect(sent.length).toBeLessThan(20);
    expect(server.connections).toBe(1);
  });

  it('gives as many rows to a call as server and stage both allow', async () => {
    const bounded = await serverOf({ ...same, config: { max_batch_size: 3 } });
    await (await deployed(calling(bounded.url))).run(Array.from({ length: 7 }, () => row(0, 1)));
    expect(rowsSent(bounded)).toEqual([3, 3, 1]);
    const free = await serverOf();
    await (await deployed(calling(free.url, { maxBatch: 5 }))).run(Array.from({ length: 7 }, () => row(0, 1)));
    expect(rowsSent(free)).toEqual([5, 2]);
  });

  it('takes row by row where its tensors have no dimension for rows', async () => {
    const model = { ...same, inputs: [t('x', 'FP32', 2)], outputs: [t('y', 'FP32', 2)] };
    const server = await serverOf(model);
    expect(await (await deployed(calling(server.url))).run([row(1, 2), row(3, 4)])).toEqual([answer(1, 2), answer(3, 4)]);
    expect(server.calls.map(({ json }) => json.inputs[0]?.shape)).toEqual([[2], [2]]);
  });

  it('takes single values in tensors with a last dimension of 1', async () => {
    const words = { ...same, inputs: [t('word', 'BYTES', -1, 1)], outputs: [t('again', 'BYTES', -1, 1)] };
    const server = await serverOf({ ...words, run: echo(words.inputs, words.outputs) });
    const deployment = await deployed(calling(server.url, { input: { word: text }, output: { again: text } }));
    expect(await deployment.run([{ word: 'a' }, { word: 'ü' }])).toEqual([{ again: 'a' }, { again: 'ü' }]);
    expect(server.calls[0]?.json.inputs[0]?.shape).toEqual([2, 1]);
  });

  it('has rows of other shapes in calls of their own', async () => {
    const model = { ...same, inputs: [t('x', 'FP32', -1, -1)], outputs: [t('y', 'FP32', -1, -1)] };
    const server = await serverOf(model);
    const any = tensor('FP32', [-1]);
    const deployment = await deployed(calling(server.url, { input: { x: any }, output: { y: any } }));
    const rows = [1, 2, 1, 0].map((length) => ({ x: { datatype: 'FP32', shape: [length], data: new Float32Array(length).fill(length) } }));
    expect(await deployment.run(rows)).toEqual(rows.map(({ x }) => ({ y: x })));
    expect(server.calls.map(({ json }) => json.inputs[0]?.shape)).toEqual([
      [2, 1],
      [1, 2],
      [1, 0],
    ]);
  });

  it('is not called for no rows', async () => {
    const server = await serverOf();
    const nobody = pipeline('nobody', { x: tensor('FP32', [2]) }, (rows) =>
      rows
        .filter(() => false)
        .map(
          remote({ name: 'call', url: server.url, model: 'same', input: { x: tensor('FP32', [2]) }, output: { y: tensor('FP32', [2]) } }),
        ),
    );
    expect(await (await deployed(nobody)).run([row(1, 2)])).toEqual([]);
    expect(server.calls).toEqual([]);
  });

  it('is run by the interpreter too', async () => {
    const server = await serverOf();
    expect(await interpret(calling(server.url), [row(1, 2)])).toEqual([answer(1, 2)]);
  });

  it('takes and gives 64 MB', async () => {
    const length = 2 ** 24;
    const model = { ...same, inputs: [t('x', 'FP32', -1, length)], outputs: [t('y', 'FP32', -1, length)] };
    const server = await serverOf(model);
    const big = tensor('FP32', [length]);
    const deployment = await deployed(calling(server.url, { input: { x: big }, output: { y: big } }));
    const data = Float32Array.from({ length }, (_, i) => i);
    const given = await deployment.run([{ x: { datatype: 'FP32', shape: [length], data } }]);
    const [floats] = given.map(({ y }) => (y as { readonly data: Float32Array }).data);
    // Too many to be compared one by one.
    expect(Buffer.compare(bytesOf(floats ?? new Float32Array(0)), bytesOf(data))).toBe(0);
  });
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

describe('columns', () => {
  it('of every kind come back as they were sent', async () => {
    const property = fc.asyncProperty(schemaAndRow, fc.integer({ min: 1, max: 3 }), async ({ schema, row: one }, count) => {
      // A server that says nothing of its tensors takes any.
      await using server = await ModelServer.start({ name: 'any', inputs: [], outputs: [], run: (given) => given });
      const columns = schema as unknown as Columns;
      const stage = remote({ name: 'any', url: server.url, model: 'any', input: columns, output: columns });
      const deployment = await deployed(pipeline('p', columns, (rows) => rows.map(stage)));
      const rows = Array.from({ length: count }, () => one);
      assert.deepStrictEqual(
        await deployment.run(rows),
        rows.map((each) => rounded(schema, each)),
      );
      await deployment.close();
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('of every kind come back from a pipeline that another FlowServe serves', async () => {
    const property = fc.asyncProperty(schemaAndRow, fc.integer({ min: 1, max: 3 }), async ({ schema, row: one }, count) => {
      const columns = schema as unknown as Columns;
      await using server = await serveHere([pipeline('other', columns, (rows) => rows.filter(() => true))]);
      const stage = remote({ name: 'call', url: server.url, model: 'other', version: 1, input: columns, output: columns });
      const deployment = await deployed(pipeline('p', columns, (rows) => rows.map(stage)));
      const rows = Array.from({ length: count }, () => one);
      assert.deepStrictEqual(
        await deployment.run(rows),
        rows.map((each) => rounded(schema, each)),
      );
      await deployment.close();
    });
    await fc.assert(property, { numRuns: 12 });
  });

  it('go as JSON to a server that takes no bytes, 64-bit integers exactly', async () => {
    const server = await serverOf({ ...same, inputs: [t('n', 'INT64', -1)], outputs: [t('m', 'INT64', -1)], extensions: [] });
    const deployment = await deployed(calling(server.url, { input: { n: int64 }, output: { m: int64 } }));
    server.plans.push({ body: '{"outputs":[{"name":"m","datatype":"INT64","shape":[1],"data":[-9007199254740993]}]}' });
    expect(await deployment.run([{ n: 3n }])).toEqual([{ m: -9007199254740993n }]);
    expect(server.calls[0]).toMatchObject({
      headers: { 'content-type': 'application/json' },
      json: { inputs: [{ name: 'n', datatype: 'INT64', shape: [1], data: [3] }], outputs: [{ name: 'm' }] },
    });
    expect(server.calls[0]?.headers).not.toHaveProperty('inference-header-content-length');
  });

  it('of half precision cannot go to a server that takes no bytes', async () => {
    const server = await serverOf({ ...same, extensions: [] });
    const half = tensor('FP16', [2]);
    expect(await messageOf(deployed(calling(server.url, { input: { x: half } })))).toMatch(
      /^\[MODEL_MISMATCH\] .* takes tensors as JSON alone, in which column "x" \(FP16 \[2\]\) has no form\n/,
    );
  });
});

/** What single precision makes of a row's numbers. */
function rounded(schema: Schema, one: AnyRow): AnyRow {
  const isSingle = (name: string): boolean => schema[name]?.kind === 'float32' && schema[name]?.nullable === false;
  return Object.fromEntries(Object.entries(one).map(([name, value]) => [name, isSingle(name) ? Math.fround(value as number) : value]));
}

describe('a reply that breaks the protocol', () => {
  const tensorIn = (fields: object) => ({ name: 'y', datatype: 'FP32', shape: [1, 2], data: [1, 2], ...fields });
  const json = (...tensors: readonly object[]) => ({ body: JSON.stringify({ outputs: tensors }) });
  const binary = (size: number, bytes: number) => {
    const head = JSON.stringify({ outputs: [tensorIn({ data: undefined, parameters: { binary_data_size: size } })] });
    return { headers: { 'inference-header-content-length': head.length }, body: head + 'x'.repeat(bytes) };
  };
  it.each([
    ['no JSON', { body: '<html>' }, /the body is not JSON/],
    ['nothing', { body: '' }, /the body is empty/],
    ['no outputs', { body: '{}' }, /"outputs" must be an array of tensors but is missing/],
    ['another tensor alone', json(tensorIn({ name: 'z' })), /the tensor "y" \(FP32 \[2\]\) is missing/],
    ['a tensor twice', json(tensorIn({}), tensorIn({})), /there are two tensors "y"/],
    [
      'another datatype',
      json(tensorIn({ datatype: 'FP64' })),
      /column "y" must be FP32 \[1,2\], one row of FP32 \[2\], but is FP64 \[1,2\]/,
    ],
    [
      'another number of rows',
      json(tensorIn({ shape: [2, 2], data: [1, 2, 3, 4] })),
      /must be FP32 \[1,2\], one row of FP32 \[2\], but is FP32 \[2,2\]/,
    ],
    ['too few bytes', binary(8, 3), /output "y" must have 8 bytes after the JSON, its binary_data_size, but 3 are left/],
    ['too many bytes', binary(8, 9), /the body has 1 bytes after the last of its tensors/],
    [
      'a length of JSON beyond its end',
      { headers: { 'inference-header-content-length': 99 }, body: '{}' },
      /must be a whole number from 0 to 2/,
    ],
    ['something compressed', { headers: { 'content-encoding': 'gzip' }, body: 'x' }, /it is compressed \(gzip\), which was not asked for/],
    ['JSON of endless depth', { body: '['.repeat(100_000) }, /the body is not JSON/],
  ])('is refused: %s', async (_, plan, problem) => {
    const server = await serverOf();
    const deployment = await deployed(calling(server.url));
    server.plans.push(plan);
    const message = await messageOf(deployment.run([row(1, 2)]));
    expect(message).toMatch(/^\[REMOTE_INVALID\] remote "call": the reply of model "same" at http:\/\/127.0.0.1:\d+ does not fit: /);
    expect(message).toMatch(problem);
    expect(await deployment.run([row(3, 4)])).toEqual([answer(3, 4)]);
  });
});

/** Loads the stage alone, which may wait so long for its server. */
async function load(url: string, startMs: number): Promise<void> {
  const plan = planOf(calling(url));
  for (const stage of plan === undefined ? [] : stagesOf(plan.output).values()) {
    if (stage.implementation.kind !== 'remote') throw new RangeError('not remote');
    await (await loadRemote(stage, stage.implementation, plainContext, startMs)).release();
  }
}

describe('the start of a pipeline', () => {
  const at = (server: ModelServer) => (message: string) => message.replaceAll(server.url, 'URL');

  it('tells what differs between the columns and the model', async () => {
    const server = await serverOf();
    const wrong = calling(server.url, { input: { x: tensor('FP32', [3]) }, output: { z: float32 }, tensors: { z: 'out' } });
    expect(at(server)(await messageOf(deployed(wrong)))).toMatchInlineSnapshot(`
      "[MODEL_MISMATCH] remote "call": the columns are not those of model "same" at URL:
      - input "x" is declared FP32 [3], on the wire FP32 [-1,3], but the server has FP32 [-1,2]
      - the server has no output "out" (float32); its outputs are "y", FP32 [-1,2]
      Declare input and output as the server has them, without the first dimension where it counts rows. Where only a name differs, say which tensor a column is: tensors: { column: 'TENSOR' }."
    `);
  });

  it('tells that the server does not have the model', async () => {
    const server = await serverOf();
    expect(at(server)(await messageOf(deployed(calling(server.url, { model: 'other', version: 2 }))))).toMatchInlineSnapshot(`
      "[MODEL_MISSING] remote "call": the server has no model "other" version 2 at URL; it answered 404: there is nothing at /v2/models/other/versions/2
      Check the name "other" and its version, and that url is where the server's path /v2 is."
    `);
  });

  it('waits for a server that is not ready yet', async () => {
    const server = await serverOf();
    server.isReady = false;
    const loading = load(server.url, 5000);
    while (server.connections === 0) await new Promise((resolve) => setImmediate(resolve));
    server.isReady = true;
    await loading;
  });

  it('is given up where no server comes', async () => {
    const server = await serverOf();
    await server.stop();
    const message = at(server)(await messageOf(load(server.url, 300)));
    expect(message.replace(/asked (?:once|\d+ times)/, 'asked N times').replace(/:\d+$/m, ':PORT')).toMatchInlineSnapshot(`
      "[REMOTE_UNAVAILABLE] remote "call": model "same" at URL was not ready within 0.3 s; it was asked N times; last: connect ECONNREFUSED 127.0.0.1:PORT
      Start the server first, or beside this one; check that the url reaches it."
    `);
  });

  it('is given up where the server speaks no TLS, in a sentence', async () => {
    const server = await serverOf();
    expect(await messageOf(load(server.url.replace('http:', 'https:'), 150))).toMatch(
      /last: it does not speak TLS, so its url begins with http:\/\//,
    );
  });

  it('says what a server asks for that shows its model to nobody', async () => {
    const server = createServer((request, response) =>
      response.writeHead(request.url?.includes('health') ? 200 : 401).end('{"error":"who are you"}'),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await messageOf(load(`http://127.0.0.1:${port}`, 150))).toMatch(
      /cannot be read; it answered 401: who are you\nSend what the server asks for: headers: \{ authorization: … \}\.$/,
    );
    server.close();
  });

  it('is given up where the server never becomes ready', async () => {
    const server = await serverOf();
    server.isReady = false;
    expect(at(server)(await messageOf(load(server.url, 150)))).toMatch(
      /was not ready within 0.15 s; it was asked (once|\d times); last: its health check answered 503/,
    );
  });
});

describe('a server process', () => {
  interface Child {
    readonly url: string;
    readonly port: number;
    readonly process: ChildProcess;
    readonly called: () => Promise<unknown>;
    readonly kill: () => Promise<unknown>;
  }

  async function childOf(port = 0, plan?: 'stall'): Promise<Child> {
    const program = fileURLToPath(new URL('../support/remote-process.mjs', import.meta.url));
    const child = fork(program, [String(port), ...(plan === undefined ? [] : [plan])]);
    const [told] = (await once(child, 'message')) as [{ readonly url: string; readonly port: number }];
    const kill = async (): Promise<unknown> => {
      if (child.exitCode !== null || child.signalCode !== null) return undefined;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      return exit;
    };
    open.push({ stop: kill });
    return { ...told, process: child, called: () => once(child, 'message'), kill };
  }

  it('that is killed within a call fails it, and is found again at the same port', async () => {
    const child = await childOf(0, 'stall');
    const notices: string[] = [];
    const deployment = await deployed(calling(child.url), { onOutput: ({ text: line }) => notices.push(line) });
    const call = messageOf(deployment.run([row(1, 2)]));
    await child.called();
    await child.kill();
    expect(await call).toMatch(/^\[REMOTE_UNAVAILABLE\] remote "call": no answer of model "same" at \S+ after 4 attempts: /);
    expect(await messageOf(deployment.run([row(1, 2)]))).toMatch(/^\[REMOTE_UNAVAILABLE\].*ECONNREFUSED/);
    expect(await messageOf(deployment.run([row(1, 2)]))).toMatch(/is not called, since it did not answer/);
    await childOf(child.port);
    let answers: unknown = 'none';
    while (answers === 'none')
      answers = await deployment.run([row(5, 6)]).catch(() => new Promise((resolve) => setImmediate(resolve, 'none')));
    expect(answers).toEqual([answer(5, 6)]);
    expect(notices[0]).toMatch(/is not called for \d+ ms; last: connect ECONNREFUSED/);
    expect(notices.at(-1)).toMatch(/^model "same" at \S+ answers again$/);
  });

  it('that comes back in time is called again, and nobody notices', async () => {
    const child = await childOf();
    const deployment = await deployed(calling(child.url));
    await deployment.run([row(1, 2)]);
    await child.kill();
    await childOf(child.port);
    expect(await deployment.run([row(3, 4)])).toEqual([answer(3, 4)]);
  });
});

describe('a server behind TLS', () => {
  const overTls = async (): Promise<{ readonly server: ModelServer; readonly cert: string }> => {
    const tls = selfSigned();
    const server = await ModelServer.start(same, { tls });
    open.push(server);
    return { server, cert: tls.cert };
  };

  it('is called where its certificate is trusted', async () => {
    const { server, cert } = await overTls();
    const file = join(mkdtempSync(join(tmpdir(), 'flowserve-tls-')), 'cert.pem');
    writeFileSync(file, cert);
    const program = fileURLToPath(new URL('../support/remote-over-tls.mjs', import.meta.url));
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: file };
    const { stdout } = await promisify(execFile)(process.execPath, [program, server.url], { env });
    expect(stdout).toBe('1,2\n');
  });

  it('is not called where it is not', async () => {
    const { server } = await overTls();
    expect(await messageOf(load(server.url, 150))).toMatch(
      /^\[REMOTE_UNAVAILABLE\] remote ".*": the certificate of model ".*" at https:.* is not trusted: self-signed certificate\b/,
    );
    expect(server.calls).toEqual([]);
  });
});

describe('a request that ends', () => {
  it('at its deadline closes its call', async () => {
    const server = await serverOf();
    const deployment = await deployed(calling(server.url));
    server.plans.push('stall');
    expect(await messageOf(deployment.run([row(1, 2)], { timeoutMs: 100 }))).toMatch(/^\[DEADLINE_EXCEEDED\] pipeline "calling"/);
    await server.left();
    expect(await deployment.run([row(3, 4)])).toEqual([answer(3, 4)]);
  });

  it('because its caller leaves closes its call', async () => {
    const server = await serverOf();
    const deployment = await deployed(calling(server.url));
    server.plans.push('stall');
    const controller = new AbortController();
    const run = messageOf(deployment.run([row(1, 2)], { signal: controller.signal }));
    await server.called(1);
    controller.abort();
    expect(await run).toMatch(/^\[REQUEST_CANCELLED\]/);
    await server.left();
  });

  it('leaves a call that others share', async () => {
    const server = await serverOf();
    const deployment = await deployed(calling(server.url, { connections: 1 }));
    server.plans.push('stall');
    const first = new AbortController();
    const second = new AbortController();
    const blocking = messageOf(deployment.run([row(0, 0)], { signal: first.signal }));
    await server.called(1);
    const leaving = messageOf(deployment.run([row(1, 1)], { signal: second.signal }));
    const staying = deployment.run([row(2, 2)]);
    second.abort();
    first.abort();
    await Promise.all([blocking, leaving]);
    expect(await staying).toEqual([answer(2, 2)]);
  });
});

describe('headers', () => {
  it('stand in no plan, explanation, message or log', async () => {
    const server = await serverOf();
    const lines: string[] = [];
    const one = calling(server.url, { headers: { authorization: 'Bearer secret' } });
    const deployment = await deployed(one, { onOutput: ({ text: line }) => lines.push(line) });
    server.always = { status: 401, body: '{"error":"who are you"}' };
    const refused = await messageOf(deployment.run([row(1, 2)]));
    expect(refused).toMatch(/it answered 401: who are you\nSend what the server asks for: headers: \{ authorization: … \}\.$/);
    server.always = 'drop';
    for (let i = 0; i < 3; i++) lines.push(await messageOf(deployment.run([row(1, 2)])));
    const everything = [refused, ...lines, explain(one), JSON.stringify(deployment.physicalPlan), JSON.stringify(deployment.statistics())];
    expect(everything.join('\n')).not.toMatch(/secret/i);
    expect(explain(one)).toContain(`Map call (same at ${server.url})`);
  });
});
