import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type FetchHandlerOptions, fetchHandler, type Handler } from 'flowserve/fetch';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Server } from '../../src/server.ts';
import { readMetrics } from '../support/prometheus-text.ts';
import { errorOf, everything, gated, jsonType, lengths, picky, recordingLog, reverse, serveHere, words } from './http-fixtures.ts';

const pipelines = [lengths, everything, reverse, words, picky];

async function handlerHere(given: Parameters<typeof fetchHandler>[0], options: FetchHandlerOptions = {}): Promise<Handler> {
  const handler = await fetchHandler(given, { logger: false, ...options });
  onTestFinished(() => handler.close());
  return handler;
}

const at = (path: string, init?: RequestInit): Request => new Request(`http://any.host${path}`, init);
const post = (name: string, body: NonNullable<RequestInit['body']>, headers: Readonly<Record<string, string>> = jsonType): Request =>
  at(`/pipelines/${name}/run`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit);

/** An answer as a client sees it, without what is another's each time. */
async function seen(response: Response): Promise<unknown> {
  const { 'content-type': type, allow, 'content-length': length, 'retry-after': retryAfter } = Object.fromEntries(response.headers);
  return { status: response.status, type, allow, length, retryAfter, body: await response.text() };
}

describe('a fetch handler and a server', () => {
  let server: Server;
  let handler: Handler;
  const limits = { maxBodyBytes: 2000, maxRows: 3, maxJsonDepth: 8 };
  beforeAll(async () => {
    [server, handler] = await Promise.all([serveHere(pipelines, limits), fetchHandler(pipelines, { ...limits, logger: false })]);
  });
  afterAll(() => Promise.all([server.close(), handler.close()]));

  const json = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body), headers: jsonType });
  const word = { word: 'abc' };
  it.each([
    ['one row', '/pipelines/lengths/run', json(word)],
    ['several rows', '/pipelines/lengths/run', json({ rows: [word, { word: 'ä' }] })],
    ['no rows', '/pipelines/lengths/run', json({ rows: [] })],
    ['rows made from a row', '/pipelines/words/run', json({ line: 'a b' })],
    [
      'raw bytes',
      '/pipelines/reverse/run',
      { method: 'POST', body: Uint8Array.of(1, 2, 3), headers: { accept: 'application/octet-stream' } },
    ],
    ['raw bytes, answered as JSON', '/pipelines/reverse/run', { method: 'POST', body: 'abc', headers: { accept: 'application/json' } }],
    ['a query', '/pipelines/lengths/run?x=1', json(word)],
    ['an encoded name', '/pipelines/%6cengths', {}],
    ['the names', '/pipelines'],
    ['a schema', '/pipelines/everything'],
    ['the document', '/openapi.json'],
    ['life', '/health/live'],
    ['readiness', '/health/ready'],
    ['HEAD', '/pipelines', { method: 'HEAD' }],
    ['OPTIONS', '/pipelines/lengths/run', { method: 'OPTIONS' }],
    ['a wrong row', '/pipelines/lengths/run', json({ wurd: 'x' })],
    ['no JSON', '/pipelines/lengths/run', { method: 'POST', body: '{', headers: jsonType }],
    ['an empty body', '/pipelines/lengths/run', { method: 'POST', headers: jsonType }],
    ['deep JSON', '/pipelines/lengths/run', { method: 'POST', body: '['.repeat(20), headers: jsonType }],
    ['too many rows', '/pipelines/lengths/run', json({ rows: [word, word, word, word] })],
    ['too long a body', '/pipelines/lengths/run', json({ word: 'x'.repeat(3000) })],
    ['another media type', '/pipelines/lengths/run', { method: 'POST', body: 'a', headers: { 'content-type': 'text/csv' } }],
    ['a compressed body', '/pipelines/lengths/run', { ...json(word), headers: { ...jsonType, 'content-encoding': 'gzip' } }],
    ['a wrong time', '/pipelines/lengths/run', { ...json(word), headers: { ...jsonType, 'x-timeout-ms': 'soon' } }],
    ['a stage that throws', '/pipelines/picky/run', json({ word: 'bad' })],
    ['an unknown pipeline', '/pipelines/length/run', json(word)],
    ['an unknown path', '/pipeline'],
    ['a path with a slash too many', '/pipelines/'],
    ['a path without a name', '/pipelines//run', json(word)],
    ['a path that cannot be decoded', '/pipelines/%zz'],
    ['a method that a path does not take', '/pipelines/lengths/run', { method: 'GET' }],
    ['admin routes', '/statistics'],
  ])('answer alike: %s', async (...[, path, init]: readonly [string, string, RequestInit?]) => {
    expect(await seen(await handler.fetch(at(path, init)))).toEqual(await seen(await fetch(`${server.url}${path}`, init)));
  });

  it('name requests alike', async () => {
    const named = await handler.fetch(at('/pipelines', { headers: { 'x-request-id': 'mine' } }));
    expect(named.headers.get('x-request-id')).toBe('mine');
    expect((await handler.fetch(at('/pipelines'))).headers.get('x-request-id')).toMatch(/^[\w-]+$/);
  });
});

describe('a fetch handler', () => {
  it('gives the metrics of its pipelines to whom the application lets have them', async () => {
    const handler = await handlerHere(lengths);
    await handler.fetch(post('lengths', '{"word":"abc"}'));
    const requests = readMetrics(await handler.metrics()).find(({ name }) => name === 'flowserve_requests_total');
    expect(requests?.samples).toMatchObject([{ labels: { pipeline: 'lengths', code: 'OK' }, value: 1 }]);
    expect((await handler.fetch(at('/metrics'))).status).toBe(404);
  });

  it('is passed on as a function alone', async () => {
    const { fetch: answer } = await handlerHere(lengths);
    expect(await (await answer(post('lengths', '{"word":"abc"}'))).json()).toEqual({ row: { word: 'abc', length: 3 } });
  });

  it('has its routes below a base path, and says so', async () => {
    const { fetch: answer } = await handlerHere(lengths, { basePath: '/ml' });
    expect(await (await answer(at('/ml/pipelines'))).json()).toEqual({ pipelines: ['lengths'] });
    expect(await (await answer(at('/ml/openapi.json'))).json()).toMatchObject({ servers: [{ url: '/ml' }] });
    for (const path of ['/pipelines', '/mlx/pipelines', '/ml']) {
      expect(await errorOf(await answer(at(path)))).toEqual({
        code: 'ROUTE_UNKNOWN',
        message: `there is no route ${path}`,
        hint: 'The routes are below /ml; GET /ml/openapi.json lists them.',
      });
    }
  });

  it('counts a body while it comes, and reads no further than it may', async () => {
    const { fetch: answer, load } = await handlerHere(lengths, { maxBodyBytes: 1000 });
    let chunks = 0;
    const pull = (stream: ReadableStreamDefaultController<Uint8Array>): void => {
      chunks++;
      stream.enqueue(new Uint8Array(100));
    };
    const response = await answer(post('lengths', new ReadableStream({ pull })));
    expect([response.status, (await errorOf(response)).code]).toEqual([413, 'BODY_TOO_LARGE']);
    expect(chunks).toBeLessThan(20);
    expect(load).toEqual({ ongoing: 0, bytesInFlight: 0 });
  });

  it('refuses bodies beyond the bytes that all of them may hold', async () => {
    const { fetch: answer } = await handlerHere(lengths, { maxBytesInFlight: 10 });
    const response = await answer(post('lengths', '{"word":"abcdef"}'));
    expect([response.status, response.headers.get('retry-after'), (await errorOf(response)).code]).toEqual([429, '1', 'BYTES_IN_FLIGHT']);
  });

  it('gives a request the time of its x-timeout-ms', async () => {
    const slow = gated('slow');
    const { fetch: answer } = await handlerHere(slow.pipeline);
    const response = await answer(post('slow', '{"word":"a"}', { ...jsonType, 'x-timeout-ms': '20' }));
    expect([response.status, (await errorOf(response)).code]).toEqual([504, 'DEADLINE_EXCEEDED']);
    slow.release();
  });

  it("cancels the work when the request's signal aborts", async () => {
    const slow = gated('slow');
    const { fetch: answer } = await handlerHere(slow.pipeline);
    const caller = new AbortController();
    const response = answer(new Request(post('slow', '{"word":"a"}'), { signal: caller.signal }));
    await slow.started();
    caller.abort();
    expect(await errorOf(await response)).toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(await slow.aborted).toMatchObject({ code: 'REQUEST_CANCELLED' });
    slow.release();
    expect(slow.laterCalls()).toBe(0);
  });

  it('stops reading a body when the signal aborts', async () => {
    const { fetch: answer } = await handlerHere(lengths);
    const caller = new AbortController();
    const stuck = new ReadableStream<Uint8Array>({ pull: () => caller.abort() }, { highWaterMark: 0 });
    const response = await answer(new Request(post('lengths', stuck), { signal: caller.signal, duplex: 'half' } as RequestInit));
    expect(await errorOf(response)).toMatchObject({ code: 'REQUEST_CANCELLED', message: 'the client left' });
  });

  it('answers what is under way when it is closed, and refuses what is new', async () => {
    const slow = gated('slow');
    const handler = await handlerHere(slow.pipeline);
    const response = handler.fetch(post('slow', '{"word":"a"}'));
    await slow.started();
    const closed = handler.close();
    const refused = await handler.fetch(post('slow', '{"word":"b"}'));
    expect([refused.status, (await errorOf(refused)).code]).toEqual([503, 'DRAINING']);
    expect(await (await handler.fetch(at('/health/ready'))).json()).toEqual({ ready: false });
    slow.release();
    expect(await (await response).json()).toEqual({ row: { word: 'a' } });
    await closed;
  });

  it('gives up what outlasts drainTimeoutMs', async () => {
    const slow = gated('slow');
    const handler = await handlerHere(slow.pipeline, { drainTimeoutMs: 10 });
    const response = handler.fetch(post('slow', '{"word":"a"}'));
    await slow.started();
    await handler.close();
    expect(await errorOf(await response)).toMatchObject({ code: 'REQUEST_CANCELLED', message: 'the caller cancelled the request' });
    slow.release();
  });

  it('writes to the log what the server would', async () => {
    const { logger, lines } = recordingLog();
    const { fetch: answer } = await handlerHere(picky, { logger });
    await answer(post('picky', '{"word":"bad"}', { ...jsonType, 'x-request-id': 'mine' }));
    expect(lines).toMatchObject([
      { level: 50, requestId: 'mine', method: 'POST', path: '/pipelines/picky/run', status: 500, code: 'STAGE_FAILED', err: {} },
    ]);
  });

  it('carries requests of sockets through an adapter of a few lines', async () => {
    const { fetch: answer } = await handlerHere(reverse);
    const adapter = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
      const headers = incoming.headers as Record<string, string>;
      const body = Readable.toWeb(incoming) as ReadableStream;
      const response = await answer(
        new Request(`http://${headers.host}${incoming.url}`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit),
      );
      outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(Buffer.from(await response.arrayBuffer()));
    };
    const server = createServer((incoming, outgoing) => void adapter(incoming, outgoing)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const large = new Uint8Array(300_000).map((_, i) => i);
    const response = await fetch(`http://127.0.0.1:${port}/pipelines/reverse/run`, {
      method: 'POST',
      body: large,
      headers: { accept: 'application/octet-stream' },
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(large.reverse())).toBe(true);
  });
});

describe('a fetch handler says', () => {
  it.each<readonly [string, unknown, object, string]>([
    ['what is no pipeline', { name: 'lengths' }, {}, '[PIPELINE_INVALID] fetchHandler: an object is not a pipeline'],
    ['that there is none', [], {}, '[PIPELINE_INVALID] fetchHandler: there is no pipeline to serve'],
    ['which name is taken twice', [lengths, lengths], {}, '[PIPELINE_INVALID] fetchHandler: two pipelines are named "lengths"'],
    [
      'which limit is wrong',
      lengths,
      { maxRows: 0 },
      '[OPTION_INVALID] fetchHandler: maxRows must be a whole number of at least 1 but is the number 0',
    ],
    ['how a base path looks', lengths, { basePath: 'ml/' }, '[OPTION_INVALID] fetchHandler: basePath must be such as "/ml" but is "ml/"'],
  ])('%s', async (_, given, options, message) => {
    await expect(fetchHandler(given as never, options)).rejects.toThrow(message);
  });

  it('what to give it instead of a module', async () => {
    await expect(fetchHandler({ lengths } as never)).rejects.toMatchObject({
      hint: 'Give what pipeline(…) returned, or an array of such.',
    });
  });

  it('what it was given instead of a request', async () => {
    const { fetch: answer } = await handlerHere(lengths);
    expect(await errorOf(await answer('/pipelines' as never))).toEqual({
      code: 'HTTP_INVALID',
      message: 'fetch takes a Request but was given "/pipelines"',
      hint: 'Give it the Request of the platform; in Hono that is c.req.raw.',
    });
  });

  it('that the url of a request is not absolute, and logs it', async () => {
    const { logger, lines } = recordingLog();
    const { fetch: answer } = await handlerHere(lengths, { logger });
    const { method, headers, signal } = at('/pipelines');
    const response = await answer({ url: '/pipelines', method, headers, signal } as Request);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toEqual({
      code: 'HTTP_INVALID',
      message: 'the url of a Request must be absolute but is "/pipelines"',
      hint: 'Give it the Request of the platform, or a url such as http://localhost/pipelines.',
    });
    expect(lines).toMatchObject([{ path: '/pipelines', status: 400 }]);
  });

  it('that the body was read before, or somebody else reads it', async () => {
    const { fetch: answer } = await handlerHere(lengths);
    const request = post('lengths', '{"word":"a"}');
    await request.text();
    const locked = post('lengths', '{"word":"a"}');
    locked.body?.getReader();
    for (const taken of [request, locked]) {
      expect(await errorOf(await answer(taken))).toMatchObject({
        code: 'BODY_INVALID',
        message: 'the body of the request has been read before, or is being read',
      });
    }
  });

  it('that a body is no bytes, or broke off', async () => {
    const { fetch: answer } = await handlerHere(lengths);
    const strings = new ReadableStream({ start: (stream) => stream.enqueue('{}') });
    expect(await errorOf(await answer(post('lengths', strings)))).toMatchObject({ code: 'BODY_INVALID' });
    const broken = new ReadableStream({ start: (stream) => stream.error(new Error('reset')) });
    expect(await errorOf(await answer(post('lengths', broken)))).toMatchObject({
      code: 'REQUEST_CANCELLED',
      message: 'the body broke off: reset',
    });
  });
});
