import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowserve } from '../../src/fastify.ts';
import { fetchHandler } from '../../src/fetch.ts';
import { stage } from '../../src/language/stage.ts';
import { pipeline } from '../../src/pipeline.ts';
import { bytes, int32, tensor } from '../../src/schema/column.ts';
import type { Server } from '../../src/server.ts';
import { serveHere } from './http-fixtures.ts';
import { columns, identities, simple } from './open-inference-fixtures.ts';

const n = { n: int32 };
const boxes = { boxes: tensor('FP32', [-1]) };

/** As many boxes as each row says. */
const ragged = pipeline('ragged', n, (rows) =>
  rows.map(boxes, ({ n: count }) => ({ boxes: { datatype: 'FP32', shape: [count], data: new Float32Array(count) } })),
);
const raw = pipeline('raw', { data: bytes }, (rows) => rows.filter(() => true));
const failing = pipeline('failing', n, (rows) =>
  rows.map(
    stage({
      name: 'a stage / with marks',
      input: n,
      output: n,
      run: () => {
        throw new Error('a secret');
      },
    }),
  ),
);
const pipelines = [simple, columns, ragged, raw, failing, ...identities];

let server: Server;
beforeAll(async () => {
  server = await serveHere(pipelines, { maxBodyBytes: 100_000, maxRows: 100, maxJsonDepth: 8 });
});
afterAll(() => server.close());

interface Sent {
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}
const ask = (path: string, { body, headers = {}, method = body === undefined ? 'GET' : 'POST' }: Sent = {}) =>
  fetch(`${server.url}${path}`, {
    method,
    headers: { 'accept-encoding': 'identity', ...headers },
    ...(body === undefined ? {} : { body }),
  });

interface Config {
  readonly platform: string;
  readonly max_batch_size: number;
  readonly ensemble_scheduling?: { readonly step: readonly { readonly model_name: string }[] };
}

/** `200 {"live":true}`, an error as `404 [CODE] text`. */
async function told(response: Response): Promise<string> {
  const body = await response.text();
  const { error } = body.startsWith('{') ? (JSON.parse(body) as { error?: string }) : {};
  return `${response.status} ${error ?? body}`;
}
const say = async (path: string, sent?: Sent) => told(await ask(path, sent));

/** What asking a model for JSON gives. */
const infer = (model: string, request: unknown, blobs?: Buffer, headers: Readonly<Record<string, string>> = {}) => {
  const json = Buffer.from(typeof request === 'string' ? request : JSON.stringify(request));
  const length = blobs === undefined ? {} : { 'inference-header-content-length': String(json.length) };
  return ask(`/v2/models/${model}/infer`, { body: Buffer.concat([json, blobs ?? Buffer.alloc(0)]), headers: { ...length, ...headers } });
};
const numbers = (...data: readonly number[]) => ({ inputs: [{ name: 'n', shape: [data.length], datatype: 'INT32', data }] });
const sixteen = (name: string) => ({ name, shape: [1, 16], datatype: 'INT32', data: new Array(16).fill(3) });
const x = (datatype: string, data: unknown, shape: readonly number[] = [1, 1, 2]) => ({ inputs: [{ name: 'x', datatype, shape, data }] });

describe('the Open Inference Protocol', () => {
  it('tells of the server', async () => {
    expect(await say('/v2/health/live')).toBe('200 {"live":true}');
    expect(await say('/v2/health/ready')).toBe('200 {"ready":true}');
    expect(await say('/v2')).toMatch(/^200 \{"name":"flowserve","version":"[\d.]+","extensions":\["binary_tensor_data",/);
    expect(await say('/v2/')).toBe(await say('/v2'));
    expect(await say('/v2/models')).toContain('"simple"');
  });

  it('tells of a pipeline as a model', async () => {
    expect(await say('/v2/models/columns')).toMatchInlineSnapshot(
      `"200 {"name":"columns","versions":["1"],"platform":"flowserve_pipeline","inputs":[{"name":"name","datatype":"BYTES","shape":[-1]},{"name":"raw","datatype":"BYTES","shape":[-1]},{"name":"score","datatype":"FP32","shape":[-1]},{"name":"tags","datatype":"BYTES","shape":[-1]},{"name":"box","datatype":"BYTES","shape":[-1]},{"name":"maybe","datatype":"BYTES","shape":[-1]}],"outputs":[{"name":"name","datatype":"BYTES","shape":[-1]},{"name":"raw","datatype":"BYTES","shape":[-1]},{"name":"score","datatype":"FP32","shape":[-1]},{"name":"tags","datatype":"BYTES","shape":[-1]},{"name":"box","datatype":"BYTES","shape":[-1]},{"name":"maybe","datatype":"BYTES","shape":[-1]}]}"`,
    );
    expect(await say('/v2/models/columns/ready')).toBe('200 {"name":"columns","ready":true}');
    expect(await say('/v2/models/columns/versions/1/ready')).toBe('200 {"name":"columns","ready":true}');
    expect(await say('/v2/models/missing/ready')).toMatch(/^404 \[PIPELINE_UNKNOWN] there is no model "missing"/);
  });

  it('tells of a pipeline as an ensemble of its stages', async () => {
    expect(await say('/v2/models/failing/config')).toMatchInlineSnapshot(
      `"200 {"name":"failing","platform":"ensemble","backend":"","max_batch_size":0,"input":[{"name":"n","data_type":"TYPE_INT32","dims":[-1]}],"output":[{"name":"n","data_type":"TYPE_INT32","dims":[-1]}],"ensemble_scheduling":{"step":[{"model_name":"failing.a-stage-with-marks","model_version":-1,"input_map":{},"output_map":{}}]}}"`,
    );
    expect(await say('/v2/models/failing.a-stage-with-marks/config')).toMatchInlineSnapshot(
      `"200 {"name":"failing.a-stage-with-marks","platform":"flowserve_row","backend":"","max_batch_size":0,"input":[{"name":"n","data_type":"TYPE_INT32","dims":[-1]}],"output":[{"name":"n","data_type":"TYPE_INT32","dims":[-1]}]}"`,
    );
    expect(await say('/v2/models/failing.a-stage-with-marks')).toContain('"platform":"flowserve_row"');
  });

  it('tells a load generator all that it reads before it sends anything, for the pipeline and for each of its stages', async () => {
    const { extensions } = (await (await ask('/v2')).json()) as { extensions: readonly string[] };
    expect(extensions).toContain('statistics');
    const config = async (name: string) => (await (await ask(`/v2/models/${name}/config`)).json()) as Config;
    const { platform, max_batch_size: batch, ensemble_scheduling: ensemble } = await config('simple');
    expect({ platform, batch }).toEqual({ platform: 'ensemble', batch: 0 });
    const { model_stats: stats } = (await (await ask('/v2/models/stats')).json()) as { model_stats: readonly { name: string }[] };
    for (const { model_name: name } of ensemble?.step ?? []) {
      expect(await config(name)).toMatchObject({ name, max_batch_size: 0 });
      expect(stats.filter((each) => each.name === name)).toHaveLength(1);
    }
    expect(ensemble?.step).toHaveLength(1);
  });

  it('takes elements in JSON and gives them so, flat', async () => {
    expect(
      await told(await infer('simple', { id: 'a', inputs: [sixteen('INPUT0'), sixteen('INPUT1')], outputs: [{ name: 'OUTPUT1' }] })),
    ).toBe(
      `200 {"model_name":"simple","model_version":"1","id":"a","outputs":[{"name":"OUTPUT1","datatype":"INT32","shape":[1,16],"data":[${new Array(16).fill(0)}]}]}`,
    );
  });

  it('keeps 64-bit integers', async () => {
    const body = '{"inputs":[{"name":"x","datatype":"UINT64","shape":[1,1,2],"data":[18446744073709551615,0]}]}';
    expect(await told(await infer('identity_uint64', body))).toContain('"data":[18446744073709551615,0]');
  });

  it('gives bytes after the JSON where they are asked for', async () => {
    const response = await infer('identity_fp32', { ...x('FP32', [1, 2]), parameters: { binary_data_output: true } });
    const length = Number(response.headers.get('inference-header-content-length'));
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(body.subarray(0, length).toString()).toContain('"shape":[1,1,2],"parameters":{"binary_data_size":8}}');
    expect(body.subarray(length).toString('hex')).toBe('0000803f00000040');
  });

  it('gives large tensors back as they came', async () => {
    const data = Float32Array.from({ length: 20_000 }, (_, i) => i);
    const inputs = [{ name: 'x', shape: [1, 10_000, 2], datatype: 'FP32', parameters: { binary_data_size: data.byteLength } }];
    const response = await infer('identity_fp32', { inputs, parameters: { binary_data_output: true } }, Buffer.from(data.buffer));
    const body = Buffer.from(await response.arrayBuffer());
    expect(Number(response.headers.get('content-length'))).toBe(body.length);
    expect(body.subarray(-data.byteLength).equals(Buffer.from(data.buffer))).toBe(true);
  });

  it('takes a body of bytes alone for a model with one input', async () => {
    const response = await ask('/v2/models/raw/infer', { body: Buffer.of(255, 0), headers: { 'inference-header-content-length': '0' } });
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(-6)
        .toString('hex'),
    ).toBe('02000000ff00');
  });

  it('may answer another number of rows, and none', async () => {
    const row = (name: string, datatype: string, data: unknown) => ({ name, datatype, shape: [1], data });
    const inputs = [
      row('name', 'BYTES', ['a']),
      row('raw', 'BYTES', ['b']),
      row('score', 'FP32', [-1]),
      row('tags', 'BYTES', ['[]']),
      row('box', 'BYTES', ['{"left":1}']),
      row('maybe', 'BYTES', ['null']),
    ];
    expect(await told(await infer('columns', { inputs, outputs: [{ name: 'score' }, { name: 'name' }] }))).toContain(
      '"outputs":[{"name":"name","datatype":"BYTES","shape":[0],"data":[]},{"name":"score","datatype":"FP32","shape":[0],"data":[]}]',
    );
  });

  it('has one shape for the rows of an answer', async () => {
    expect(await told(await infer('ragged', numbers(2, 2)))).toContain('"shape":[2,2]');
    expect(await told(await infer('ragged', numbers(2, 3)))).toBe(
      '400 [SHAPES_DIFFER] column "boxes" is [2] in row 0 but [3] in row 1, and one tensor holds rows of one shape',
    );
  });

  it('takes compressed bodies, and compresses answers where that is asked for', async () => {
    const request = JSON.stringify(x('INT8', new Array(600).fill(1), [1, 300, 2]));
    for (const [coding, body] of [
      ['gzip', gzipSync(request)],
      ['deflate', deflateSync(request)],
      ['identity', request],
    ] as const) {
      expect(await say('/v2/models/identity_int8/infer', { body, headers: { 'content-encoding': coding } })).toContain('"data":[1,1,');
    }
    const raw = await import('node:http').then(
      ({ request: send }) =>
        new Promise<Buffer>((resolve, reject) => {
          const sent = send(
            `${server.url}/v2/models/identity_int8/infer`,
            { method: 'POST', headers: { 'accept-encoding': 'br, gzip;q=0.5' } },
            (response) => {
              expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
              const chunks: Buffer[] = [];
              response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
            },
          );
          sent.on('error', reject).end(request);
        }),
    );
    expect(gunzipSync(raw).toString()).toContain('"data":[1,1,');
  });

  it('lists the models of its repository', async () => {
    const entry = '{"name":"simple","version":"1","state":"READY","reason":""}';
    expect(await say('/v2/repository/index', { body: '', method: 'POST' })).toContain(entry);
    expect(await say('/v2/repository/index', { body: '{"ready":true}' })).toContain(entry);
    expect(await say('/v2/repository/index', { body: '{"repository_name":"","ready":null}' })).toContain(entry);
  });

  it('counts what models and their stages have done', async () => {
    await infer('ragged', numbers(1, 1, 1));
    const { model_stats: stats } = (await (await ask('/v2/models/ragged/stats')).json()) as { model_stats: [Record<string, number>] };
    const { model_stats: all } = (await (await ask('/v2/models/stats')).json()) as { model_stats: readonly Record<string, unknown>[] };
    expect(stats[0].inference_count).toBe(Number(all.find(({ name }) => name === 'ragged.map-1')?.inference_count));
    expect(stats[0]).toMatchObject({ name: 'ragged', version: '1', inference_stats: { success: { ns: expect.any(Number) } } });
  });
});

const header = (length: number) => ({ 'inference-header-content-length': String(length) });

describe('a request that cannot be answered', () => {
  it('is told where the routes of the protocol are, which the document of the server leaves out', async () => {
    expect(await (await ask('/v2/models/simple/versions/2')).json()).toMatchObject({
      hint: 'GET /v2/models lists the models, of which each has the version 1 alone; docs/protocol.md lists the routes.',
    });
  });

  it.each<[string, () => Promise<Response>, string]>([
    ['an unknown model', () => infer('simpel', {}), '404 [PIPELINE_UNKNOWN] there is no model "simpel" (did you mean "simple"?)'],
    [
      'a stage',
      () => infer('failing.a-stage-with-marks', numbers(1)),
      '404 [PIPELINE_UNKNOWN] "failing.a-stage-with-marks" is a stage of the pipeline "failing" and cannot be asked by itself',
    ],
    ['an unknown version', () => ask('/v2/models/simple/versions/2'), '404 [ROUTE_UNKNOWN] there is no route /v2/models/simple/versions/2'],
    ['an unknown route', () => ask('/v2/nothing'), '404 [ROUTE_UNKNOWN] there is no route /v2/nothing'],
    ['another method', () => ask('/v2/models/simple/infer'), '405 [METHOD_UNKNOWN] /v2/models/simple/infer does not take GET'],
    ['no body', () => ask('/v2/models/simple/infer', { method: 'POST' }), '400 [BODY_INVALID] the body is empty'],
    ['an index by no JSON', () => ask('/v2/repository/index', { body: 'x"ready":true' }), '400 [BODY_INVALID] the body is not JSON'],
    [
      'an index by no object',
      () => ask('/v2/repository/index', { body: '["ready"]' }),
      '400 [BODY_INVALID] the body must be an object of JSON',
    ],
    [
      'an index by something else',
      () => ask('/v2/repository/index', { body: '{"ready":"true"}' }),
      '400 [BODY_INVALID] "ready" must be true or false but is "true"',
    ],
    ['an index by deep JSON', () => ask('/v2/repository/index', { body: `{"x":${'['.repeat(20_000)}` }), '400 [JSON_TOO_DEEP] '],
    ['truncated JSON', () => infer('simple', '{"inputs":['), '400 [BODY_INVALID] the body is not JSON'],
    ['deep JSON', () => infer('simple', `{"inputs":${'['.repeat(20_000)}`), '400 [JSON_TOO_DEEP] '],
    [
      'deep JSON in an element',
      () => infer('columns', { inputs: [{ name: 'tags', shape: [1], datatype: 'BYTES', data: ['['.repeat(50)] }] }),
      '400 [JSON_TOO_DEEP] column "tags" has arrays and objects more than 8 deep in row 0',
    ],
    [
      'a header that is longer than the body',
      () => ask('/v2/models/simple/infer', { body: '{}', headers: header(3) }),
      '400 [BODY_INVALID] the header Inference-Header-Content-Length must be a whole number from 0 to 2',
    ],
    [
      'a size beyond the body',
      () =>
        infer(
          'identity_fp32',
          { inputs: [{ name: 'x', shape: [1, 1, 2], datatype: 'FP32', parameters: { binary_data_size: 2 ** 40 } }] },
          Buffer.alloc(8),
        ),
      '400 [TENSOR_INVALID] input "x" must have 1099511627776 bytes after the JSON, its binary_data_size, but 8 are left',
    ],
    [
      'a shape beyond the bytes',
      () =>
        infer(
          'identity_fp32',
          { inputs: [{ name: 'x', shape: [1, 2 ** 40, 2], datatype: 'FP32', parameters: { binary_data_size: 8 } }] },
          Buffer.alloc(8),
        ),
      '400 [TENSOR_INVALID] column "x" is FP32 [1,1099511627776,2], so it must have 8796093022208 bytes but has 8',
    ],
    [
      'too many rows',
      () => infer('identity_fp32', { inputs: [{ name: 'x', shape: [2 ** 40, 0, 2], datatype: 'FP32', data: [] }] }),
      '413 [ROWS_TOO_MANY] the request has 1099511627776 rows; the limit maxRows is 100',
    ],
    [
      'bytes left over',
      () => infer('identity_fp32', { inputs: [] }, Buffer.alloc(8)),
      '400 [BODY_INVALID] the body has 8 bytes after the last of its tensors',
    ],
    [
      'a truncated BYTES',
      () =>
        infer(
          'raw',
          { inputs: [{ name: 'data', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: 4 } }] },
          Buffer.of(255, 255, 255, 255),
        ),
      '400 [TENSOR_INVALID] column "data" is BYTES [1], so it must have 4294967295 bytes in element 0',
    ],
    [
      'another datatype',
      () => infer('identity_fp32', x('FP64', [1, 2])),
      '400 [TENSOR_INVALID] column "x" must be FP32 [1,-1,2], one row of FP32 [-1,2], but is FP64 [1,1,2]',
    ],
    [
      'a missing tensor',
      () => infer('simple', { inputs: [sixteen('INPUT0')] }),
      '400 [TENSOR_INVALID] the tensor "INPUT1" (INT32 [16]) is missing',
    ],
    [
      'an extra tensor',
      () => infer('simple', { inputs: [sixteen('INPUT0'), sixteen('INPUT2')] }),
      '400 [TENSOR_INVALID] there is no column for the tensor "INPUT2" (did you mean "INPUT0"?)',
    ],
    [
      'a tensor twice',
      () => infer('simple', { inputs: [sixteen('INPUT0'), sixteen('INPUT0')] }),
      '400 [TENSOR_INVALID] there are two tensors "INPUT0"',
    ],
    [
      'an unknown output',
      () => infer('ragged', { ...numbers(1), outputs: [{ name: 'box' }] }),
      '400 [TENSOR_INVALID] there is no output "box" (did you mean "boxes"?); the outputs are "boxes"',
    ],
    [
      'half precision in JSON',
      () =>
        infer(
          'identity_fp16',
          { inputs: [{ name: 'x', shape: [1, 1, 2], datatype: 'FP16', parameters: { binary_data_size: 4 } }] },
          Buffer.alloc(4),
        ),
      '400 [TENSOR_INVALID] the tensor "x" is FP16, which has no form in JSON',
    ],
    [
      'a reserved parameter',
      () => infer('ragged', { ...numbers(1), parameters: { triton_x: 1 } }),
      '400 [BODY_INVALID] the parameter "triton_x" has a reserved name',
    ],
    [
      'a timeout that is none',
      () => infer('ragged', { ...numbers(1), parameters: { timeout: 'x' } }),
      '400 [TIMEOUT_INVALID] the parameter timeout must be a whole number of microseconds but is "x"',
    ],
    [
      'a sequence',
      () => infer('ragged', { ...numbers(1), parameters: { sequence_id: 7 } }),
      '501 [EXTENSION_UNSUPPORTED] the parameter sequence_id asks for a sequence',
    ],
    ['shared memory', () => ask('/v2/systemsharedmemory/status'), '501 [EXTENSION_UNSUPPORTED] tensors are not taken from shared memory'],
    [
      'a model to load',
      () => ask('/v2/repository/models/simple/load', { method: 'POST' }),
      '501 [EXTENSION_UNSUPPORTED] models are not loaded and unloaded one by one',
    ],
    [
      'text to generate',
      () => ask('/v2/models/simple/generate', { body: '{}' }),
      '501 [EXTENSION_UNSUPPORTED] answers are not generated as text',
    ],
    [
      'an unknown coding',
      () => infer('ragged', numbers(1), undefined, { 'content-encoding': 'br' }),
      '501 [EXTENSION_UNSUPPORTED] the body has the content encoding "br", which is not known',
    ],
    [
      'a body that is not what its coding says',
      () => infer('ragged', numbers(1), undefined, { 'content-encoding': 'gzip' }),
      '400 [BODY_INVALID] the body is not gzip: incorrect header check',
    ],
    [
      'a truncated gzip',
      () =>
        ask('/v2/models/ragged/infer', {
          body: gzipSync(JSON.stringify(numbers(1))).subarray(0, 30),
          headers: { 'content-encoding': 'gzip' },
        }),
      '400 [BODY_INVALID] the body is not gzip: unexpected end of file',
    ],
    [
      'a bomb',
      () => ask('/v2/models/ragged/infer', { body: gzipSync(Buffer.alloc(50_000_000)), headers: { 'content-encoding': 'gzip' } }),
      '413 [BODY_TOO_LARGE] the body is larger than 100000 bytes once it is unpacked, the limit maxBodyBytes',
    ],
    [
      'a body that is too large',
      () => infer('ragged', numbers(1), Buffer.alloc(200_000)),
      '413 [BODY_TOO_LARGE] the body is larger than 100000 bytes, the limit maxBodyBytes',
    ],
    ['a stage that fails', () => infer('failing', numbers(1)), '500 [STAGE_FAILED] '],
  ])('is told why, and the next is answered: %s', async (_, send, sentence) => {
    const before = server.load;
    expect(await told(await send())).toContain(sentence);
    expect(await told(await infer('ragged', numbers(1)))).toContain('"shape":[1,1]');
    expect(server.load).toEqual(before);
  });

  it('is told the codings there are', async () => {
    const response = await infer('ragged', numbers(1), undefined, { 'content-encoding': 'zstd' });
    expect(response.headers.get('accept-encoding')).toBe('gzip, deflate');
  });

  it('is told the methods there are', async () => {
    expect((await ask('/v2/models/simple/infer')).headers.get('allow')).toBe('POST, OPTIONS');
  });

  it('is told the hint too', async () => {
    expect(await (await infer('ragged', '[]')).json()).toEqual({
      error: '[BODY_INVALID] the JSON of the body must be an object but is an array of 0',
      code: 'BODY_INVALID',
      hint: expect.stringContaining('{"inputs":'),
    });
  });
});

describe('a server that does not take requests', () => {
  it('is alive but not ready', async () => {
    const closing = await serveHere([simple]);
    const closed = closing.close();
    expect(await told(await fetch(`${closing.url}/v2/health/live`))).toBe('200 {"live":true}');
    expect(await told(await fetch(`${closing.url}/v2/health/ready`))).toBe('503 [NOT_READY] it does not take requests now');
    expect(await told(await fetch(`${closing.url}/v2/models/simple/ready`))).toBe('503 [NOT_READY] it does not take requests now');
    expect(await told(await fetch(`${closing.url}/v2/models/simple`))).toBe('503 [DRAINING] the server is shutting down');
    await closed;
  });
});

describe('other transports', () => {
  const body = JSON.stringify(x('INT8', [1, 2]));
  const large = JSON.stringify({ ...x('INT8', new Array(20_000).fill(1), [1, 10_000, 2]), parameters: { binary_data_output: true } });
  const lastOf = async (response: Response) => Buffer.from(await response.arrayBuffer()).subarray(-20_000);

  it('answer from a fetch handler', async () => {
    await using handler = await fetchHandler(identities, { logger: false, basePath: '/ml' });
    const send = (path: string, init?: RequestInit) => handler.fetch(new Request(`http://test/ml${path}`, init));
    expect(await told(await send('/v2/models/identity_int8/infer', { method: 'POST', body }))).toContain('"data":[1,2]');
    expect(await told(await send('/v2/models/identity_int8/infer', { method: 'POST', body: '{' }))).toContain('400 [BODY_INVALID]');
    expect(await told(await send('/v2/models/x/versions/1'))).toContain('404 [PIPELINE_UNKNOWN]');
    expect(await lastOf(await send('/v2/models/identity_int8/infer', { method: 'POST', body: large }))).toEqual(Buffer.alloc(20_000, 1));
  });

  it('answer from an application of Fastify, bodies without a content type too', async () => {
    const app = fastify();
    await app.register(flowserve, { pipelines: identities });
    const url = await app.listen({ port: 0 });
    const send = (given: string) => fetch(`${url}/v2/models/identity_int8/infer`, { method: 'POST', body: Buffer.from(given) });
    expect(await told(await send(body))).toContain('"data":[1,2]');
    expect(await told(await send('{'))).toContain('400 [BODY_INVALID]');
    expect(await lastOf(await send(large))).toEqual(Buffer.alloc(20_000, 1));
    await app.close();
  });
});
