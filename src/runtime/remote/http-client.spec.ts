import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpClient, type HttpOutcome, MAX_REPLY_BYTES } from './http-client.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A server that answers each request, whole or not, by what `answer` does with its connection. */
async function serverOf(answer: (socket: Socket, request: string) => void): Promise<{ readonly url: string; readonly server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => answer(socket, bytes.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, server };
}

async function clientOf(url: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpClient> {
  const client = await HttpClient.open({ url, connections: 2, headers });
  open.push(() => client.close());
  return client;
}

const post = (client: HttpClient, ...parts: readonly string[]): Promise<HttpOutcome> =>
  client.send({ method: 'POST', path: '/infer', headers: {}, body: parts.map((part) => Buffer.from(part)) }).outcome;

const ok = (body: string, headers = ''): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`;
const textOf = (outcome: HttpOutcome): string | undefined =>
  outcome.kind === 'reply' ? Buffer.from(outcome.reply.body).toString() : undefined;

/** A client, and a server that does this with each request. */
async function pair(answer: (socket: Socket, request: string) => void, headers?: Readonly<Record<string, string>>): Promise<HttpClient> {
  return clientOf((await serverOf(answer)).url, headers);
}

describe('a client of one server', () => {
  it('sends parts behind each other, and headers of its own with each', async () => {
    const client = await pair((socket, request) => socket.write(ok(request)), { authorization: 'Bearer x' });
    const seen = textOf(await post(client, 'ab', 'c'));
    expect(seen).toMatch(/^POST \/infer HTTP\/1\.1\r\n/);
    expect(seen).toContain('authorization: Bearer x\r\n');
    expect(seen).toMatch(/content-length: 3\r\n\r\nabc$/);
  });

  it('calls below the path of its url', async () => {
    const { url } = await serverOf((socket, request) => socket.write(ok(request)));
    const client = await clientOf(`${url}/models/a`);
    expect(textOf(await client.send({ method: 'GET', path: '/v2', headers: {} }).outcome)).toMatch(/^GET \/models\/a\/v2 /);
  });

  it('keeps its connections', async () => {
    const connections = new Set<Socket>();
    const client = await pair((socket) => {
      connections.add(socket);
      socket.write(ok(''));
    });
    for (let i = 0; i < 9; i++) await post(client, 'x');
    expect(connections.size).toBeLessThanOrEqual(2);
  });

  it('takes a reply in chunks, and one that ends with its connection', async () => {
    const chunked = await pair((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n'),
    );
    expect(textOf(await post(chunked, 'x'))).toBe('abc');
    const closing = await pair((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nabc'));
    expect(textOf(await post(closing, 'x'))).toBe('abc');
  });

  it('aligns what comes after the JSON', async () => {
    const client = await pair((socket) => socket.write(ok('{ }12345678', 'inference-header-content-length: 3\r\n')));
    const outcome = await post(client, 'x');
    expect(outcome.kind === 'reply' && (outcome.reply.body.byteOffset + 3) % 8).toBe(0);
  });

  it('does not mind headers that come before the answer', async () => {
    const client = await pair((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n${ok('abc')}`));
    expect(textOf(await post(client, 'x'))).toBe('abc');
  });
});

describe('a connection', () => {
  it('that is refused is lost with nothing sent', async () => {
    const { url, server } = await serverOf(() => {});
    await new Promise((resolve) => server.close(resolve));
    const outcome = await post(await clientOf(url), 'x');
    expect(outcome).toMatchObject({ kind: 'lost', isSent: false, cause: { code: 'ECONNREFUSED' } });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['before the reply', (socket) => socket.destroy()],
    ['by a reset', (socket) => socket.resetAndDestroy()],
    ['within its headers', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
    ['within its body', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc')],
    ['within a chunk', (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab')],
  ])('that ends %s is lost, and may have been used', async (_, answer) => {
    expect(await post(await pair(answer), 'x')).toMatchObject({ kind: 'lost', isSent: true });
  });

  it('is made anew after one was lost', async () => {
    let requests = 0;
    const client = await pair((socket) => (requests++ === 0 ? socket.destroy() : socket.write(ok('there'))));
    await post(client, 'x');
    expect(textOf(await post(client, 'x'))).toBe('there');
  });
});

describe('a reply', () => {
  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', /^it is not HTTP: /],
    ['headers without an end', `HTTP/1.1 200 OK\r\n${'x: yyyyyyyy\r\n'.repeat(2000)}`, /^it is not HTTP: /],
    [
      'a body larger than can be',
      `HTTP/1.1 200 OK\r\ncontent-length: ${MAX_REPLY_BYTES + 1}\r\n\r\n`,
      /^it has 268435457 bytes, more than/,
    ],
  ])('that is %s is broken', async (_, bytes, problem) => {
    const outcome = await post(await pair((socket) => socket.write(bytes)), 'x');
    expect(outcome).toEqual({ kind: 'broken', problem: expect.stringMatching(problem) });
  });
});

describe('a request that is given up', () => {
  it('closes its connection', async () => {
    let heard = (_: unknown): void => {};
    const closed = new Promise((resolve) => {
      heard = resolve;
    });
    let asked = (_: unknown): void => {};
    const request = new Promise((resolve) => {
      asked = resolve;
    });
    const client = await pair((socket) => {
      socket.on('close', () => heard('closed'));
      asked('asked');
    });
    const exchange = client.send({ method: 'POST', path: '/', headers: {}, body: [Buffer.from('x')] });
    await request;
    exchange.giveUp();
    expect(await exchange.outcome).toEqual({ kind: 'givenUp' });
    expect(await closed).toBe('closed');
  });

  it('is not sent any more', async () => {
    const requests: string[] = [];
    const client = await pair((socket, request) => {
      requests.push(request);
      socket.write(ok(''));
    });
    const exchange = client.send({ method: 'POST', path: '/given-up', headers: {}, body: [Buffer.from('x')] });
    exchange.giveUp();
    expect(await exchange.outcome).toEqual({ kind: 'givenUp' });
    await post(client, 'y');
    expect(requests.filter((request) => request.includes('given-up'))).toEqual([]);
  });
});
