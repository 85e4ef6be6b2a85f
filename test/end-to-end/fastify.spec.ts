import { once } from 'node:events';
import { connect } from 'node:net';
import { type FastifyInstance, type FastifyServerOptions, fastify, type InjectOptions } from 'fastify';
import { type FlowserveOptions, flowserve } from 'flowserve/fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stage } from '../../src/language/stage.ts';
import { pipeline } from '../../src/pipeline.ts';
import { text } from '../../src/schema/column.ts';
import { deferred, gated, jsonType, lengths, picky, recordingLog, reverse, serveHere, untilClosed } from './http-fixtures.ts';

function application(options: FastifyServerOptions = {}): FastifyInstance {
  const app = fastify(options) as unknown as FastifyInstance;
  onTestFinished(() => app.close());
  return app;
}

async function withPipelines(options: FlowserveOptions, app = application()): Promise<FastifyInstance> {
  app.register(flowserve, options);
  await app.ready();
  return app;
}

const listening = (app: FastifyInstance): Promise<string> => app.listen({ port: 0, host: '127.0.0.1' });
const run = (name: string, body: unknown, prefix = '') =>
  ({ method: 'POST', url: `${prefix}/pipelines/${name}/run`, payload: JSON.stringify(body), headers: jsonType }) as const;

describe('the Fastify plugin', () => {
  it('answers requests below its prefix, over sockets', async () => {
    const app = await withPipelines({ pipelines: [lengths, reverse], prefix: '/ml' });
    const url = await listening(app);
    const answer = await fetch(`${url}/ml/pipelines/lengths/run`, { method: 'POST', body: '{"word":"abc"}', headers: jsonType });
    expect(await answer.json()).toEqual({ row: { word: 'abc', length: 3 } });
    expect(await (await fetch(`${url}/ml/pipelines`)).json()).toEqual({ pipelines: ['lengths', 'reverse'] });
    expect(await (await fetch(`${url}/ml/health/ready`)).json()).toEqual({ ready: true });
    expect(await (await fetch(`${url}/ml/openapi.json`)).json()).toMatchObject({ servers: [{ url: '/ml' }] });
  });

  it('takes raw bytes and gives them', async () => {
    const url = await listening(await withPipelines({ pipelines: reverse }));
    const large = new Uint8Array(300_000).map((_, i) => i);
    const headers = { accept: 'application/octet-stream' };
    const answer = await fetch(`${url}/pipelines/reverse/run`, { method: 'POST', body: large, headers });
    expect(Buffer.from(await answer.arrayBuffer()).equals(large.reverse())).toBe(true);
  });

  it('answers without sockets', async () => {
    const app = await withPipelines({ pipelines: lengths });
    expect((await app.inject(run('lengths', { word: 'ab' }))).json()).toEqual({ row: { word: 'ab', length: 2 } });
  });

  it.each<readonly [string, string, RequestInit]>([
    ['a wrong row', 'lengths', { body: '{"wurd":1}', headers: jsonType }],
    ['no JSON', 'lengths', { body: '{', headers: jsonType }],
    ['an empty body', 'lengths', { headers: jsonType }],
    ['a body without a type', 'lengths', { body: Buffer.from('{}') }],
    ['another media type', 'lengths', { body: 'a', headers: { 'content-type': 'text/csv' } }],
    ['too long a body', 'lengths', { body: JSON.stringify({ word: 'x'.repeat(3000) }), headers: jsonType }],
    ['a stage that throws', 'picky', { body: '{"word":"bad"}', headers: jsonType }],
    ['an unknown pipeline', 'length', { body: '{}', headers: jsonType }],
    ['a wrong time', 'lengths', { body: '{}', headers: { ...jsonType, 'x-timeout-ms': '-1' } }],
  ])('answers as a server does: %s', async (_, name, init) => {
    const options = { pipelines: [lengths, picky], maxBodyBytes: 2000 };
    const [app, server] = [await withPipelines({ ...options, prefix: '/ml' }), await serveHere(options.pipelines, options)];
    const seen = async (url: string) => {
      const answer = await fetch(`${url}/pipelines/${name}/run`, { method: 'POST', ...init });
      return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
    };
    expect(await seen(`${await listening(app)}/ml`)).toEqual(await seen(server.url));
    await server.close();
  });

  it('says in its own words what is no media type', async () => {
    const app = await withPipelines({ pipelines: lengths });
    const answer = await app.inject({ ...run('lengths', {}), headers: { 'content-type': 'json' } });
    expect([answer.statusCode, answer.json().error.code]).toEqual([415, 'MEDIA_UNSUPPORTED']);
  });

  it('answers a client that sends without end, then closes the connection', async () => {
    const url = new URL(await listening(await withPipelines({ pipelines: lengths, maxBodyBytes: 100 })));
    const socket = connect({ host: url.hostname, port: Number(url.port) });
    await once(socket, 'connect');
    socket.write('POST /pipelines/lengths/run HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
    socket.write(`400\r\n${'x'.repeat(1024)}\r\n`);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 413 .*BODY_TOO_LARGE/s);
  });

  it('cancels the work of a client that leaves', async () => {
    const slow = gated('slow');
    const url = await listening(await withPipelines({ pipelines: slow.pipeline }));
    const caller = new AbortController();
    const answer = fetch(`${url}/pipelines/slow/run`, { method: 'POST', body: '{"word":"a"}', headers: jsonType, signal: caller.signal });
    await slow.started();
    caller.abort();
    await expect(answer).rejects.toThrow('aborted');
    expect(await slow.aborted).toMatchObject({ code: 'REQUEST_CANCELLED' });
    slow.release();
  });

  it("leaves the application's routes, bodies and errors alone", async () => {
    const app = application();
    app.setErrorHandler((error: Error, _request, reply) => reply.code(418).send({ mine: error.message }));
    app.setNotFoundHandler((_request, reply) => reply.code(404).send({ mine: 'not found' }));
    app.post('/echo', async ({ body }) => ({ body }));
    app.get('/fails', async () => {
      throw new Error('it is bad');
    });
    await withPipelines({ pipelines: picky, prefix: '/ml' }, app);
    const json = async (request: InjectOptions | string) => (await app.inject(request)).json();
    expect(await json({ method: 'POST', url: '/echo', payload: { a: 1 } })).toEqual({ body: { a: 1 } });
    expect(await json('/fails')).toEqual({ mine: 'it is bad' });
    expect(await json('/ml/nothing')).toEqual({ mine: 'not found' });
    expect(await json(run('picky', { word: 'bad' }, '/ml'))).toMatchObject({ error: { code: 'STAGE_FAILED' } });
  });

  it("runs the application's hooks, and keeps the headers they set", async () => {
    const app = application();
    app.setErrorHandler((error: Error, _request, reply) => reply.send({ mine: error.message }));
    app.addHook('onRequest', async ({ headers }, reply) => {
      reply.header('access-control-allow-origin', '*');
      if (headers.authorization === undefined) throw new Error('who are you?');
    });
    await withPipelines({ pipelines: lengths }, app);
    expect((await app.inject(run('lengths', { word: 'a' }))).json()).toEqual({ mine: 'who are you?' });
    const answer = await app.inject({ ...run('lengths', { word: 'a' }), headers: { ...jsonType, authorization: 'me' } });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, '*']);
  });

  it('shows plans and statistics only when it is asked to', async () => {
    const open = await withPipelines({ pipelines: lengths, admin: true, prefix: '/ml' });
    expect((await open.inject('/ml/statistics')).json()).toMatchObject({ pipelines: [{ pipeline: 'lengths' }] });
    expect((await open.inject('/ml/pipelines/lengths/plan')).json()).toHaveProperty('tasks');
    expect((await open.inject('/ml/metrics')).body).toContain('flowserve_requests_total{pipeline="lengths",code="OK"} 0');
    const closed = await withPipelines({ pipelines: lengths, prefix: '/ml' });
    expect((await closed.inject('/ml/statistics')).statusCode).toBe(404);
    expect((await closed.inject('/ml/metrics')).statusCode).toBe(404);
  });

  it("writes to the application's log, under the application's name of the request", async () => {
    const { logger, lines } = recordingLog('warn');
    const app = await withPipelines({ pipelines: picky }, application({ loggerInstance: logger, genReqId: () => 'mine' }));
    const answer = await app.inject(run('picky', { word: 'bad' }));
    expect(answer.headers['x-request-id']).toBe('mine');
    expect(lines).toMatchObject([{ requestId: 'mine', reqId: 'mine', code: 'STAGE_FAILED', err: {} }]);
  });

  it('ends its pipelines with the application, once they have answered', async () => {
    const events: string[] = [];
    const slow = gated('slow');
    const careful = stage({
      name: 'careful',
      input: { word: text },
      output: { word: text },
      run: (row) => row,
      teardown: () => void events.push('teardown'),
    });
    const app = application();
    app.addHook('preClose', (done) => {
      setImmediate(slow.release);
      done();
    });
    await withPipelines({ pipelines: [slow.pipeline, pipeline('careful', { word: text }, (rows) => rows.map(careful))] }, app);
    const url = await listening(app);
    const answer = fetch(`${url}/pipelines/slow/run`, { method: 'POST', body: '{"word":"a"}', headers: jsonType });
    await slow.started();
    const closed = app.close();
    const response = await answer;
    // The client would keep its connection, and the application wait for it.
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.json()).toEqual({ row: { word: 'a' } });
    await closed;
    expect(events).toEqual(['teardown']);
  });
});

describe('the Fastify plugin says', () => {
  it.each<readonly [string, object, string]>([
    ['that pipelines are missing', {}, '[PIPELINE_INVALID] flowserve: the option pipelines is missing'],
    ['that there is none', { pipelines: [] }, '[PIPELINE_INVALID] flowserve: there is no pipeline to serve'],
    ['what is no pipeline', { pipelines: ['lengths'] }, '[PIPELINE_INVALID] flowserve: "lengths" is not a pipeline'],
    [
      'which option is wrong',
      { pipelines: lengths, maxRows: '1' },
      '[OPTION_INVALID] flowserve: maxRows must be a whole number of at least 1 but is "1"',
    ],
  ])('%s', async (_, options, message) => {
    await expect(withPipelines(options as never)).rejects.toThrow(message);
  });

  it('that it is registered, not called', async () => {
    const app = application();
    app.register(flowserve({ pipelines: lengths } as never, {} as never) as never);
    await expect(app.ready()).rejects.toThrow('[OPTION_INVALID] flowserve is a plugin, not a function to call');
  });

  it('how to give slow pipelines more time than Fastify gives plugins', async () => {
    const gate = deferred<void>();
    const torn = deferred<void>();
    const columns = { input: { word: text }, output: { word: text } };
    const slow = stage({ name: 'slow', ...columns, setup: () => gate.promise, teardown: () => torn.resolve(), run: (row) => row });
    const app = application({ pluginTimeout: 1000 });
    const starting = withPipelines({ pipelines: pipeline('p', { word: text }, (rows) => rows.map(slow)) }, app);
    await expect(starting).rejects.toThrow(
      "[SETUP_FAILED] flowserve: the pipelines were not set up within Fastify's pluginTimeout of 1000 ms",
    );
    gate.resolve();
    await torn.promise;
  });
});
