import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server } from '../../src/server.ts';
import { type BadRequest, badRequests, slowRequests } from './bad-input-cases.ts';
import { everything, lengths, open, reverse, run, serveHere, untilClosed } from './http-fixtures.ts';

let server: Server;
/** Waits so briefly for a request that a test can wait for it. */
let hasty: Server;
let heapBefore: number;

const limits = { maxBodyBytes: 2 ** 21, maxRows: 1000 };

beforeAll(async () => {
  server = await serveHere([lengths, everything, reverse], limits);
  hasty = await serveHere([lengths, reverse], { ...limits, requestTimeoutMs: 400 });
  await expectGood(server);
  heapBefore = heapUsed();
});

/** What is left after a full collection: only then does a difference mean a leak. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

async function expectGood(server: Server): Promise<void> {
  const response = await run(server, 'lengths', { rows: [{ word: 'good' }] });
  expect(await response.json()).toEqual({ rows: [{ word: 'good', length: 4 }] });
}

async function send(server: Server, { bytes, afterwards }: BadRequest): Promise<string> {
  const socket = await open(server);
  const said = untilClosed(socket);
  const hasSent = new Promise<void>((resolve) => (bytes.length === 0 ? resolve() : socket.write(bytes, () => resolve())));
  if (afterwards === 'finish') socket.end();
  if (afterwards === 'reset') {
    await hasSent;
    socket.resetAndDestroy();
  }
  return said;
}

/** The status, headers and body of the one answer that a connection gave. */
function parse(answer: string): { readonly status: number; readonly headers: string; readonly body: string } {
  const [headers = '', body = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(headers)?.[1]), headers, body };
}

/** A stack, a place in a source file, a path of this machine. */
const INTERNALS = /\n\s+at |\.[jt]s:\d+|node_modules|file:\/\/|\/src\//;

async function expectRefused(server: Server, request: BadRequest): Promise<void> {
  const said = await send(server, request);
  if (request.answer === null) return;
  const { status, headers, body } = parse(said);
  expect(status, said.slice(0, 300)).toBe(request.answer.status);
  expect(said.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
  expect(headers.toLowerCase()).toContain('content-type: application/json; charset=utf-8');
  expect(JSON.parse(body)).toEqual({
    error: { code: request.answer.code ?? expect.any(String), message: expect.any(String), hint: expect.any(String) },
  });
  expect(body.length).toBeLessThan(2000);
  expect(body).not.toMatch(INTERNALS);
}

describe('a server', () => {
  const all = [...badRequests, ...slowRequests];

  it(`is sent more than 200 different malformed requests: ${all.length}`, () => {
    expect(new Set(all.map(({ bytes, afterwards }) => `${afterwards}${bytes.toString('latin1')}`)).size).toBe(all.length);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(200);
  });

  it.each(badRequests)('refuses $name, and answers the next good request', async (request) => {
    await expectRefused(server, request);
    await expectGood(server);
  });

  it.each(slowRequests)('waits for $name only so long, and answers the next good request', async (request) => {
    await expectRefused(hasty, request);
    await expectGood(hasty);
  });
});

afterAll(async () => {
  await expectGood(server);
  const grown = heapUsed() - heapBefore;
  await Promise.all([server.close(), hasty.close()]);
  expect([server.load, hasty.load]).toEqual(new Array(2).fill({ ongoing: 0, bytesInFlight: 0 }));
  expect(grown).toBeLessThan(32 * 2 ** 20);
});
