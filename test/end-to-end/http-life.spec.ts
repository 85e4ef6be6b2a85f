import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { stage } from '../../src/language/stage.ts';
import { pipeline } from '../../src/pipeline.ts';
import { bytes, int32, text } from '../../src/schema/column.ts';
import { type ServeOptions, type Server, serve } from '../../src/server.ts';
import { deferred, errorOf, gated, lengths, open, recordingLog, run, serveHere, untilClosed, untilSaid } from './http-fixtures.ts';

/** A pipeline whose setup waits until it is released. */
function slowToStart(fails = false) {
  const gate = deferred<void>();
  const begun = deferred<void>();
  const made = pipeline('slow', { word: text }, (rows) =>
    rows.map(
      stage({
        name: 'load',
        input: { word: text },
        output: { word: text },
        setup: async () => {
          begun.resolve();
          await gate.promise;
          if (fails) throw new Error('the disk is full');
        },
        run: (row) => row,
      }),
    ),
  );
  return { pipeline: made, begun: begun.promise, release: () => gate.resolve() };
}

/** A port that was free a moment ago, for a server whose address is needed before it is ready. */
async function freePort(): Promise<number> {
  const server = await serve(lengths, { port: 0, adminPort: false, logger: false });
  const port = Number(new URL(server.url).port);
  await server.close();
  return port;
}

const post = (path: string, headers: readonly string[], body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers.map((header) => `${header}\r\n`).join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('a server that starts', () => {
  it('lives at once, and takes requests when every setup is done', async () => {
    const slow = slowToStart();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const starting = serve([lengths, slow.pipeline], { port, adminPort: false, logger: false });
    await slow.begun;
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    const early = await fetch(`${url}/pipelines/lengths/run`, {
      method: 'POST',
      body: '{"word":"a"}',
      headers: { 'content-type': 'application/json' },
    });
    expect([early.status, early.headers.get('retry-after'), (await errorOf(early)).code]).toEqual([503, '1', 'NOT_READY']);
    slow.release();
    const server = await starting;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await run(server, 'slow', { word: 'a' })).status).toBe(200);
    await server.close();
  });

  it('leaves nothing running when a setup fails', async () => {
    const slow = slowToStart(true);
    const port = await freePort();
    const starting = serve([lengths, slow.pipeline], { port, adminPort: false, logger: false });
    slow.release();
    await expect(starting).rejects.toMatchObject({ code: 'SETUP_FAILED', message: expect.stringContaining('the disk is full') });
    const again = await serve(lengths, { port, adminPort: false, logger: false });
    await again.close();
  });
});

describe('a client that leaves', () => {
  it('cancels its request: the stage sees its signal abort and the next one does not start', async () => {
    const slow = gated('slow');
    const server = await serveHere(slow.pipeline);
    const controller = new AbortController();
    const answer = run(server, 'slow', { word: 'a' }, {}, controller.signal);
    await slow.started();
    controller.abort();
    await expect(answer).rejects.toThrow();
    expect(await slow.aborted).toMatchObject({ code: 'REQUEST_CANCELLED' });
    slow.release();
    await server.close();
    expect(slow.laterCalls()).toBe(0);
    expect(server.load).toEqual({ ongoing: 0, bytesInFlight: 0 });
  });

  it('is answered when it has only finished sending', async () => {
    const slow = gated('slow');
    const server = await serveHere(slow.pipeline);
    const socket = await open(server);
    const said = untilClosed(socket);
    socket.end(post('/pipelines/slow/run', [], '{"word":"a"}'));
    await slow.started();
    slow.release();
    expect(await said).toContain('{"row":{"word":"a"}}');
    await server.close();
  });
});

describe('a deadline', () => {
  it('is answered with 504, and later stages do not start', async () => {
    const slow = gated('slow');
    const server = await serveHere(slow.pipeline);
    const answer = await run(server, 'slow', { word: 'a' }, { 'x-timeout-ms': '20' });
    expect([answer.status, (await errorOf(answer)).code]).toEqual([504, 'DEADLINE_EXCEEDED']);
    expect(await slow.aborted).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    slow.release();
    await server.close();
    expect(slow.laterCalls()).toBe(0);
  });

  it('is the one of the server where the client says none', async () => {
    const slow = gated('slow');
    const server = await serveHere(slow.pipeline, { timeoutMs: 20 });
    expect((await run(server, 'slow', { word: 'a' })).status).toBe(504);
    slow.release();
    await server.close();
  });
});

describe('too much at once', () => {
  it('is refused with 429 and when to come back, while those inside are answered', async () => {
    const slow = gated('slow');
    const server = await serveHere(slow.pipeline, { maxQueue: 1 });
    const first = run(server, 'slow', { word: 'a' });
    await slow.started();
    const second = await run(server, 'slow', { word: 'b' });
    expect([second.status, (await errorOf(second)).code]).toEqual([429, 'QUEUE_FULL']);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    slow.release();
    expect((await first).status).toBe(200);
    await server.close();
  });

  it('counts the bytes of all bodies being run', async () => {
    const slow = gated('slow');
    const server = await serveHere(slow.pipeline, { maxBytesInFlight: 20 });
    const first = run(server, 'slow', '{"word":"abcd"}');
    await slow.started();
    expect(server.load.bytesInFlight).toBe(15);
    const second = await run(server, 'slow', '{"word":"abcd"}');
    expect([second.status, second.headers.get('retry-after'), (await errorOf(second)).code]).toEqual([429, '1', 'BYTES_IN_FLIGHT']);
    slow.release();
    expect((await first).status).toBe(200);
    expect((await run(server, 'slow', '{"word":"abcd"}')).status).toBe(200);
    await server.close();
  });

  it('counts the bytes of a body in chunks as they come', async () => {
    const server = await serveHere(lengths, { maxBytesInFlight: 20 });
    const client = httpRequest(`${server.url}/pipelines/lengths/run`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    client.on('error', () => {});
    client.write('{"word":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
    const [answer] = (await once(client, 'response')) as [{ statusCode: number }];
    expect(answer.statusCode).toBe(429);
    client.destroy();
    await server.close();
    expect(server.load.bytesInFlight).toBe(0);
  });
});

describe('a client that asks for leave to send', () => {
  const ask = (server: Server, path: string, length: number) => {
    const client = httpRequest(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', expect: '100-continue', 'content-length': length },
    });
    client.on('error', () => {});
    client.flushHeaders();
    return client;
  };

  it('gets it, and is answered', async () => {
    const server = await serveHere(lengths);
    const client = ask(server, '/pipelines/lengths/run', 12);
    await once(client, 'continue');
    client.end('{"word":"a"}');
    const [answer] = (await once(client, 'response')) as [{ statusCode: number; resume(): void }];
    answer.resume();
    expect(answer.statusCode).toBe(200);
    await server.close();
  });

  it('does not get it when its headers are reason enough to refuse', async () => {
    const server = await serveHere(lengths, { maxBodyBytes: 100 });
    for (const [path, length, status] of [
      ['/pipelines/lengths/run', 101, 413],
      ['/pipelines/other/run', 10, 404],
    ] as const) {
      const client = ask(server, path, length);
      client.once('continue', () => expect.unreachable());
      const [answer] = (await once(client, 'response')) as [{ statusCode: number }];
      expect(answer.statusCode).toBe(status);
      client.destroy();
    }
    await server.close();
  });
});

describe('a server that is closed', () => {
  const withSlow = async (options: ServeOptions = {}) => {
    const slow = gated('slow');
    return { slow, server: await serveHere([slow.pipeline, lengths], options) };
  };

  it('answers what is under way, and refuses what is new with DRAINING on connections that stay', async () => {
    const { slow, server } = await withSlow();
    const kept = await open(server);
    kept.write(post('/pipelines/lengths/run', [], '{"word":"a"}'));
    await untilSaid(kept, /"length":1/);
    const first = run(server, 'slow', { word: 'a' });
    await slow.started();
    const closing = server.close();
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    const said = untilClosed(kept);
    kept.write(post('/pipelines/lengths/run', [], '{"word":"b"}'));
    const refusal = await said;
    expect(refusal).toContain('HTTP/1.1 503');
    expect(refusal).toContain('connection: close');
    expect(refusal).toContain('"code":"DRAINING"');
    slow.release();
    expect(await (await first).json()).toEqual({ row: { word: 'a' } });
    await closing;
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('refuses, rather than resets, what a client sends on a kept connection as the server goes idle', async () => {
    const { server } = await withSlow();
    const kept = await open(server);
    kept.write(post('/pipelines/lengths/run', [], '{"word":"a"}'));
    await untilSaid(kept, /"length":1/);
    const closing = server.close();
    const said = untilClosed(kept);
    kept.write(post('/pipelines/lengths/run', [], '{"word":"b"}'));
    expect(await said).toContain('"code":"DRAINING"');
    await closing;
  });

  it('may be closed twice', async () => {
    const { server } = await withSlow();
    expect(server.close()).toBe(server.close());
    await server.close();
  });

  it('cancels what outlasts drainTimeoutMs', async () => {
    const { logger, lines } = recordingLog('warn');
    const { slow, server } = await withSlow({ drainTimeoutMs: 10, logger });
    const first = run(server, 'slow', { word: 'a' });
    first.catch(() => {});
    await slow.started();
    const closing = server.close();
    await expect(first).rejects.toThrow();
    expect(await slow.aborted).toMatchObject({ code: 'REQUEST_CANCELLED' });
    slow.release();
    await closing;
    expect(lines).toMatchObject([{ level: 40, ongoing: 1 }]);
    expect(server.load).toEqual({ ongoing: 0, bytesInFlight: 0 });
  });

  it('runs every teardown', async () => {
    const torn = deferred<string>();
    const made = pipeline('torn', { word: text }, (rows) =>
      rows.map(
        stage({
          name: 'a',
          input: { word: text },
          output: { word: text },
          setup: () => 'state',
          teardown: torn.resolve,
          run: (row) => row,
        }),
      ),
    );
    const server = await serveHere(made);
    await server.close();
    expect(await torn.promise).toBe('state');
  });
});

describe('requests sent without waiting for answers', () => {
  it('are answered in order', async () => {
    const server = await serveHere(lengths);
    const socket = await open(server);
    const words = ['a', 'bb', 'ccc'];
    const said = untilSaid(socket, /"length":3/);
    socket.write(words.map((word) => post('/pipelines/lengths/run', [], JSON.stringify({ word }))).join(''));
    expect([...(await said).matchAll(/"length":(\d)/g)].map(([, length]) => length)).toEqual(['1', '2', '3']);
    socket.destroy();
    await server.close();
  });

  it('are all given up when their client leaves, also those whose turn has not come', async () => {
    const slow = gated('slow');
    const server = await serveHere(slow.pipeline);
    const socket = await open(server);
    const requests = Array.from({ length: 12 }, (_, i) => post('/pipelines/slow/run', [], JSON.stringify({ word: `${i}` })));
    socket.write(requests.join(''));
    for (const _ of requests) await slow.started();
    socket.resetAndDestroy();
    // It ends only when none of them is ongoing.
    await server.close();
    expect(server.load).toEqual({ ongoing: 0, bytesInFlight: 0 });
    slow.release();
  });

  it('are logged once, though their client leaves before those answered could be sent', async () => {
    const slow = gated('slow');
    const { logger, lines } = recordingLog();
    const server = await serveHere([slow.pipeline, lengths], { logger });
    const socket = await open(server);
    const [ahead, quick] = [post('/pipelines/slow/run', [], '{"word":"a"}'), post('/pipelines/lengths/run', [], '{"word":"a"}')];
    socket.write([ahead, quick, ahead].join(''));
    // By the time that the last has started, the one before it has been answered.
    for (const _ of [ahead, ahead]) await slow.started();
    socket.resetAndDestroy();
    await server.close();
    expect(lines.filter(({ path }) => path === '/pipelines/lengths/run').map(({ status }) => status)).toEqual([200]);
    slow.release();
  });

  it('are answered before a mistake that follows them is', async () => {
    const slow = gated('slow');
    const server = await serveHere(slow.pipeline);
    const socket = await open(server);
    const said = untilClosed(socket);
    socket.write(`${post('/pipelines/slow/run', [], '{"word":"a"}')}NONSENSE\r\n\r\n`);
    await slow.started();
    slow.release();
    expect([...(await said).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '400']);
    await server.close();
  });
});

describe('a connection', () => {
  it('can be used again after a refusal, though the refused body was not read', async () => {
    const server = await serveHere(lengths);
    const socket = await open(server);
    const answers = untilSaid(socket, /"length":1/);
    socket.write(post('/pipelines/other/run', [], 'x'.repeat(100_000)));
    socket.write(post('/pipelines/lengths/run', ['x-timeout-ms: 0'], '{"word":"a"}'));
    socket.write(post('/pipelines/lengths/run', [], '{"word"'));
    socket.write(post('/pipelines/lengths/run', [], '{"word":"a"}'));
    expect([...(await answers).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['404', '400', '400', '200']);
    socket.destroy();
    await server.close();
  });
});

describe('a client that does not read its answer', () => {
  it('is let go when it has made no progress for requestTimeoutMs', async () => {
    const grow = pipeline('grow', { word: text }, (rows) => rows.map({ data: bytes }, () => ({ data: new Uint8Array(20_000_000) })));
    const server = await serveHere(grow, { requestTimeoutMs: 400 });
    const socket = await open(server);
    socket.on('error', () => {});
    socket.write(post('/pipelines/grow/run', [], '{"word":"a"}'));
    await once(socket, 'data');
    socket.pause();
    await server.close();
    expect(server.load.ongoing).toBe(0);
    socket.destroy();
  });

  it('gets it whole when it reads slowly but steadily', async () => {
    const grow = pipeline('grow', { word: text }, (rows) => rows.map({ data: bytes }, () => ({ data: new Uint8Array(3_000_000) })));
    const server = await serveHere(grow);
    const answer = await run(server, 'grow', { word: 'a' });
    expect((await answer.text()).length).toBeGreaterThan(4_000_000);
    await server.close();
  });
});

describe('a large body', () => {
  it('arrives and leaves whole', async () => {
    const size = pipeline('size', { data: bytes }, (rows) => rows.map({ size: int32 }, ({ data }) => ({ size: data.length })));
    const server = await serveHere(size);
    const response = await fetch(`${server.url}/pipelines/size/run`, { method: 'POST', body: new Uint8Array(20_000_000) });
    expect(await response.json()).toEqual({ row: { size: 20_000_000 } });
    await server.close();
  });

  it('beyond maxBodyBytes is refused in a way that its client gets to read', async () => {
    const server = await serveHere(lengths, { maxBodyBytes: 1000 });
    const response = await run(server, 'lengths', JSON.stringify({ word: 'a'.repeat(3_000_000) }));
    expect([response.status, response.headers.get('connection'), (await errorOf(response)).code]).toEqual([413, 'close', 'BODY_TOO_LARGE']);
    await server.close();
  });
});
