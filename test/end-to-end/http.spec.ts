import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stage } from '../../src/language/stage.ts';
import { pipeline } from '../../src/pipeline.ts';
import { bytes, json, text } from '../../src/schema/column.ts';
import { type Server, serve } from '../../src/server.ts';
import { readMetrics } from '../support/prometheus-text.ts';
import { errorOf, everything, lengths, picky, recordingLog, reverse, run, serveHere, words } from './http-fixtures.ts';

let server: Server;
beforeAll(async () => {
  server = await serveHere([lengths, everything, reverse, words, picky]);
});
afterAll(() => server.close());

/** Takes any value. */
const anything = json<unknown>({ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } });

const row = {
  text: 'a',
  bytes: 'AQID',
  bool: true,
  int32: -7,
  int64: '9007199254740993',
  float32: 0.5,
  float64: 'NaN',
  image: { datatype: 'FP32', shape: [2, 2], data: [1, 2.5, '-Infinity', 4] },
  ids: { datatype: 'INT64', shape: [1], data: ['-9223372036854775808'] },
  flags: { datatype: 'BOOL', shape: [2], data: [true, false] },
  blobs: { datatype: 'BYTES', shape: [1], data: ['AQ=='] },
  small: { datatype: 'UINT8', shape: [3], data: [0, 128, 255] },
  half: { datatype: 'FP16', shape: [2], data: [0.5, 'Infinity'] },
  words: ['a', 'b'],
  box: { left: 1, label: 'x' },
  point: { x: 1 },
  maybe: null,
};

describe('POST /pipelines/NAME/run', () => {
  it('answers rows with rows', async () => {
    const response = await run(server, 'lengths', { rows: [{ word: 'one' }, { word: 'three' }] });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({
      rows: [
        { word: 'one', length: 3 },
        { word: 'three', length: 5 },
      ],
    });
  });

  it('answers one row with one row where the pipeline keeps every row', async () => {
    expect(await (await run(server, 'lengths', { word: 'one' })).json()).toEqual({ row: { word: 'one', length: 3 } });
  });

  it('answers one row with rows where the pipeline may make more or fewer', async () => {
    expect(await (await run(server, 'words', { line: 'a b' })).json()).toEqual({ rows: [{ word: 'a' }, { word: 'b' }] });
  });

  it('answers no rows with no rows', async () => {
    expect(await (await run(server, 'lengths', { rows: [] })).json()).toEqual({ rows: [] });
  });

  it('gives every kind of column back as it came', async () => {
    expect(await (await run(server, 'everything', { rows: [row] })).json()).toEqual({ rows: [row] });
  });

  it('takes nested arrays for tensors and safe numbers for int64', async () => {
    const answer = await run(server, 'everything', {
      rows: [
        {
          ...row,
          image: [
            [1, 2],
            [3, 4],
          ],
          int64: 5,
        },
      ],
    });
    const { rows } = (await answer.json()) as { rows: (typeof row)[] };
    expect(rows[0]).toMatchObject({ image: { datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] }, int64: '5' });
  });

  it('takes the raw body where the input is one bytes column, whatever its content type', async () => {
    const body = new Uint8Array([1, 2, 255]);
    for (const type of ['application/octet-stream', 'application/x-www-form-urlencoded', 'image/jpeg', 'nonsense', undefined]) {
      const response = await fetch(`${server.url}/pipelines/reverse/run`, {
        method: 'POST',
        body,
        headers: type === undefined ? {} : { 'content-type': type },
      });
      expect(await response.json(), type).toEqual({ row: { data: '/wIB' } });
    }
  });

  it('takes JSON for a bytes column too, as base64', async () => {
    expect(await (await run(server, 'reverse', { rows: [{ data: 'AQL/' }, { data: '' }] })).json()).toEqual({
      rows: [{ data: '/wIB' }, { data: '' }],
    });
  });

  it('answers raw where the output is one bytes column and the client accepts it', async () => {
    const headers = { accept: 'text/html, application/octet-stream;q=0.9' };
    const response = await fetch(`${server.url}/pipelines/reverse/run`, { method: 'POST', body: new Uint8Array([1, 2]), headers });
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([2, 1]);
  });

  it('answers JSON where two rows result, or the client has no wish', async () => {
    const two = await run(server, 'reverse', { rows: [{ data: 'AQ==' }, { data: 'AQ==' }] }, { accept: 'application/octet-stream' });
    expect(two.headers.get('content-type')).toContain('json');
    expect((await run(server, 'reverse', { data: 'AQ==' }, { accept: '*/*' })).headers.get('content-type')).toContain('json');
    const refused = await run(server, 'reverse', { data: 'AQ==' }, { accept: 'application/octet-stream;q=0' });
    expect(refused.headers.get('content-type')).toContain('json');
  });

  it('takes {"rows":[…]} as rows even where the pipeline has a column of that name', async () => {
    const own = await serveHere(pipeline('own', { rows: text }, (flow) => flow));
    expect(await (await run(own, 'own', { rows: [{ rows: 'a' }] })).json()).toEqual({ rows: [{ rows: 'a' }] });
    expect(await (await run(own, 'own', { rows: 'a' })).json()).toEqual({ row: { rows: 'a' } });
    await own.close();
  });

  it('takes a name in percent-encoding', async () => {
    expect((await run(server, '%6Cengths', { word: 'a' })).status).toBe(200);
  });

  it('answers the path of a pipeline the same, however it is written', async () => {
    const post = (path: string) =>
      fetch(`${server.url}${path}`, { method: 'POST', body: '{"word":"abc"}', headers: { 'content-type': 'application/json' } });
    for (const path of ['/pipelines/lengths/run', '/pipelines/lengths/run?x=1', '/pipelines/%6cengths/run']) {
      expect(await (await post(path)).text()).toBe('{"row":{"word":"abc","length":3}}');
    }
  });

  it('does not take the path of a pipeline for another method or another path', async () => {
    expect((await fetch(`${server.url}/pipelines/lengths/run`)).status).toBe(405);
    expect((await fetch(`${server.url}/pipelines/lengths/run/`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${server.url}/pipelines/:name/run`, { method: 'POST' })).status).toBe(404);
  });

  it('gives the time that the client allows to the stages, cut to maxTimeoutMs', async () => {
    const left = pipeline('left', { word: text }, (rows) =>
      rows.map(
        stage({
          name: 'left',
          input: { word: text },
          output: { word: text },
          run: (_row, { deadlineMs }) => ({ word: deadlineMs - Date.now() > 1500 ? 'long' : 'short' }),
        }),
      ),
    );
    const own = await serveHere(left, { maxTimeoutMs: 1000, timeoutMs: 60_000 });
    expect(await (await run(own, 'left', { word: '' }, { 'x-timeout-ms': '999999999' })).json()).toEqual({ row: { word: 'short' } });
    expect(await (await run(own, 'left', { word: '' })).json()).toEqual({ row: { word: 'long' } });
    await own.close();
  });

  it('says which stage failed, and leaves other requests alone', async () => {
    const [bad, good] = await Promise.all([run(server, 'picky', { word: 'bad' }), run(server, 'picky', { word: 'good' })]);
    expect(bad.status).toBe(500);
    expect(await errorOf(bad)).toEqual({
      code: 'STAGE_FAILED',
      message: 'stage "refuse-bad" failed: it is bad',
      hint: expect.any(String),
    });
    expect(await good.json()).toEqual({ row: { word: 'good' } });
  });

  it('does not answer what JSON cannot hold', async () => {
    const own = await serveHere(
      pipeline('cycle', { word: text }, (rows) =>
        rows.map({ any: anything }, () => {
          const cycle: Record<string, unknown> = {};
          cycle.self = cycle;
          return { any: cycle };
        }),
      ),
    );
    const response = await run(own, 'cycle', { word: '' });
    expect([response.status, (await errorOf(response)).code]).toEqual([500, 'OUTPUT_INVALID']);
    await own.close();
  });
});

describe('a body that is no JSON', () => {
  it('is named by its content type where only JSON is taken', async () => {
    const { code, message } = await errorOf(await run(server, 'lengths', { word: 'a' }, { 'content-type': 'text/csv' }));
    expect([code, message]).toEqual([
      'MEDIA_UNSUPPORTED',
      'the pipeline "lengths" takes application/json, but the content type is "text/csv"',
    ]);
  });

  it('is not taken for bytes when it is a form of parts', async () => {
    const form = new FormData();
    form.set('f', new Blob(['abc']), 'x.bin');
    const response = await fetch(`${server.url}/pipelines/reverse/run`, { method: 'POST', body: form });
    expect(response.status).toBe(415);
    expect(await errorOf(response)).toMatchObject({
      code: 'MEDIA_UNSUPPORTED',
      hint: 'Send the file as the body: curl --data-binary @FILE',
    });
  });
});

describe('request ids', () => {
  it('gives the client its own id back', async () => {
    const response = await run(server, 'lengths', { word: 'a' }, { 'x-request-id': 'mine-1' });
    expect(response.headers.get('x-request-id')).toBe('mine-1');
  });

  it('makes one where there is none, or none that could stand in a log', async () => {
    const made = (await run(server, 'lengths', { word: 'a' })).headers.get('x-request-id');
    const other = (await run(server, 'lengths', { word: 'a' }, { 'x-request-id': 'x'.repeat(129) })).headers.get('x-request-id');
    expect(made).toMatch(/^[\w-]+$/);
    expect(other).not.toBe(made);
    expect(other?.length).toBeLessThan(30);
  });
});

describe('what a client can ask about', () => {
  const get = async (path: string) => (await fetch(server.url + path)).json();

  it('lists the pipelines', async () => {
    expect(await get('/pipelines')).toEqual({ pipelines: ['lengths', 'everything', 'reverse', 'words', 'picky'] });
  });

  it('describes a pipeline as types, as JSON Schema and by an example', async () => {
    expect(await get('/pipelines/lengths')).toMatchInlineSnapshot(`
      {
        "answersOneRow": true,
        "example": {
          "word": "word",
        },
        "input": {
          "columns": {
            "word": "text",
          },
          "mayBeRaw": false,
          "schema": {
            "additionalProperties": false,
            "properties": {
              "word": {
                "description": "text",
                "type": "string",
              },
            },
            "required": [
              "word",
            ],
            "type": "object",
          },
        },
        "name": "lengths",
        "output": {
          "columns": {
            "length": "int32",
            "word": "text",
          },
          "mayBeRaw": false,
          "schema": {
            "additionalProperties": false,
            "properties": {
              "length": {
                "description": "int32",
                "maximum": 2147483647,
                "minimum": -2147483648,
                "type": "integer",
              },
              "word": {
                "description": "text",
                "type": "string",
              },
            },
            "required": [
              "word",
              "length",
            ],
            "type": "object",
          },
        },
      }
    `);
  });

  it('gives for every pipeline an example that its run takes', async () => {
    for (const name of ['lengths', 'reverse', 'words', 'picky']) {
      const { example } = (await get(`/pipelines/${name}`)) as { example: unknown };
      expect((await run(server, name, example)).status, name).toBe(200);
    }
  });

  it('answers HEAD without a body and OPTIONS with the methods', async () => {
    const head = await fetch(`${server.url}/pipelines`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '64']);
    const options = await fetch(`${server.url}/pipelines/lengths/run`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
  });

  it('says that it lives and is ready', async () => {
    expect(await get('/health/live')).toEqual({ live: true });
    expect(await get('/health/ready')).toEqual({ ready: true });
  });

  it('gives an OpenAPI document whose references all lead somewhere', async () => {
    const document = (await get('/openapi.json')) as { openapi: string; paths: object; components: { schemas: object; responses: object } };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/pipelines/lengths/run', '/pipelines/everything', '/pipelines', '/health/ready', '/openapi.json']),
    );
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(0);
    for (const [, kind = '', name = ''] of references) expect((document.components as Record<string, object>)[kind]).toHaveProperty(name);
  });
});

describe('the admin listener', () => {
  const get = async (path: string, headers = {}) => (await fetch(server.adminUrl + path, { headers })).json();

  it('shows the plan as text and as data', async () => {
    const plan = (await get('/pipelines/lengths/plan')) as { logical: string; tasks: string; plan: object; physical: object };
    expect(plan.logical).toBe('Derive derive#1 [+ length: int32]\n  Input lengths [word: text]');
    expect(plan.tasks).toBe('task 1 on the event loop\n  derive derive#1');
    expect(plan.plan).toMatchObject({ pipeline: 'lengths', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(plan.physical).toMatchObject({ pipeline: 'lengths' });
  });

  it('shows statistics of one pipeline and of all', async () => {
    expect(await get('/pipelines/lengths/statistics')).toMatchObject({ pipeline: 'lengths', ongoing: 0 });
    const { pipelines } = (await get('/statistics')) as { pipelines: { pipeline: string }[] };
    expect(pipelines.map(({ pipeline: name }) => name)).toEqual(['lengths', 'everything', 'reverse', 'words', 'picky']);
  });

  it('gives metrics as Prometheus reads them', async () => {
    const response = await fetch(`${server.adminUrl}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const requests = readMetrics(await response.text()).find(({ name }) => name === 'flowserve_requests_total');
    expect(new Set(requests?.samples.map(({ labels }) => labels.pipeline))).toEqual(
      new Set(['lengths', 'everything', 'reverse', 'words', 'picky']),
    );
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  });

  it('does not run pipelines, as the public one does not show plans', async () => {
    expect((await fetch(`${server.adminUrl}/pipelines/lengths/run`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${server.url}/pipelines/lengths/plan`)).status).toBe(404);
    expect((await fetch(`${server.url}/statistics`)).status).toBe(404);
  });

  it('lets in only who has the token, where there is one', async () => {
    const own = await serveHere(lengths, { adminToken: 'secret' });
    const status = async (headers: Record<string, string>) => (await fetch(`${own.adminUrl}/statistics`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer wrong' })).toBe(401);
    expect(await status({ authorization: 'secret' })).toBe(401);
    expect(await status({ authorization: 'Bearer secret' })).toBe(200);
    expect(await status({ authorization: 'bearer secret' })).toBe(200);
    expect(await errorOf(await fetch(`${own.adminUrl}/statistics`))).toMatchObject({ code: 'TOKEN_INVALID' });
    await own.close();
  });

  it('demands a token on an address that others can reach', async () => {
    for (const adminHost of ['0.0.0.0', '::', 'example.test', '10.0.0.1']) {
      await expect(serveHere(lengths, { adminHost })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
  });

  it('is left out when asked', async () => {
    const own = await serveHere(lengths, { adminPort: false });
    expect(own.adminUrl).toBeNull();
    await own.close();
  });
});

describe('the log', () => {
  it('has one line for a request, with its id: an answer at debug, a refusal at info, a failure at error with its stack', async () => {
    const { logger, lines } = recordingLog();
    const own = await serveHere([lengths, picky], { logger });
    await run(own, 'lengths', { word: 'a' }, { 'x-request-id': 'one' });
    await run(own, 'lengths', { wod: 'a' }, { 'x-request-id': 'two' });
    await run(own, 'picky', { word: 'bad' }, { 'x-request-id': 'three' });
    await own.close();
    expect(lines).toMatchObject([
      { level: 20, requestId: 'one', method: 'POST', path: '/pipelines/lengths/run', status: 200 },
      { level: 30, requestId: 'two', status: 400, code: 'ROW_INVALID' },
      {
        level: 50,
        requestId: 'three',
        status: 500,
        code: 'STAGE_FAILED',
        err: { stack: expect.stringContaining('Error: it is bad\n    at ') },
      },
    ]);
  });

  it('does not hold the query, which may be secret', async () => {
    const { logger, lines } = recordingLog();
    const own = await serveHere(lengths, { logger });
    await fetch(`${own.url}/nowhere?token=secret`);
    await own.close();
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});

describe('serve', () => {
  it('refuses what is not a pipeline, none, and two of one name', async () => {
    const twin = pipeline('lengths', { data: bytes }, (rows) => rows);
    for (const wrong of [[], [{ name: 'x', close: async () => {} }], [lengths, twin]]) {
      await expect(serveHere(wrong)).rejects.toMatchObject({ code: 'PIPELINE_INVALID' });
    }
  });

  it('refuses options that cannot be', async () => {
    for (const wrong of [{ port: 70_000 }, { port: -1 }, { maxBodyBytes: 0 }, { maxRows: 1.5 }, { drainTimeoutMs: -1 }]) {
      await expect(serveHere(lengths, wrong)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
  });

  it('names the port that is taken, and leaves nothing running', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveHere(lengths, { port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(String(port)),
    });
    await expect(serveHere(lengths, { adminPort: port })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });

  it('names an address that is not of this machine', async () => {
    for (const host of ['203.0.113.1', 'no such host']) {
      await expect(serveHere(lengths, { host })).rejects.toMatchObject({ code: 'ADDRESS_INVALID' });
    }
  });

  it('is disposed of by leaving its block', async () => {
    let url = '';
    {
      await using own = await serve(lengths, { port: 0, adminPort: 0, logger: false });
      url = own.url;
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
    }
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });
});
