import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { ModelServer, type Plan } from '../../../test/support/model-server.mjs';
import { settle } from '../../../test/support/settle.ts';
import { FlowError } from '../../errors/flow-error.ts';
import { deadlineError, RequestScope } from '../request-scope.ts';
import { HttpClient, type HttpRequest } from './http-client.ts';
import { RemoteServer, type RemoteServerOptions } from './remote-server.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Setting {
  readonly server: ModelServer;
  readonly remote: RemoteServer;
  readonly clock: FakeClock;
  readonly notices: readonly string[];
  /** Calls the server and lets time pass until something has come of it. */
  readonly call: (scope?: RequestScope) => Promise<string>;
}

/** A server that gets these plans instead of answering, and a stage that calls it; pauses take their whole time. */
async function setting(plans: readonly Plan[], options: Partial<RemoteServerOptions> = {}): Promise<Setting> {
  const server = await ModelServer.start({ name: 'net', inputs: [], outputs: [], run: () => ({}) });
  server.plans.push(...plans);
  const client = await HttpClient.open({ url: server.url, connections: 4, headers: {} });
  open.push(
    () => server.stop(),
    () => client.close(),
  );
  const clock = new FakeClock();
  const notices: string[] = [];
  const names = { stage: 'remote "call"', model: 'model "net"' };
  const onNotice = (text: string): void => void notices.push(text);
  const remote = new RemoteServer({ client, names, effects: false, timeoutMs: undefined, clock, random: () => 1, onNotice, ...options });
  const call = (scope = new RequestScope(60_000)): Promise<string> => {
    const told = remote
      .call(() => infer, scope)
      .then(
        ({ status }) => `answered ${status} at ${clock.now()}`,
        (error: Error) => error.message,
      );
    return passing(clock, told);
  };
  return { server, remote, clock, notices, call };
}

const infer: HttpRequest = { method: 'POST', path: '/v2/models/net/infer', headers: {}, body: [Buffer.from('{"inputs":[]}')] };
const busy = (status: number, seconds: number): Plan => ({ status, headers: { 'retry-after': seconds }, body: '{"error":"busy"}' });

/** Time passes while nothing else goes on. */
async function passing<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  promise.finally(() => {
    isSettled = true;
  });
  while (!isSettled) {
    await settle();
    if (clock.timers > 0) clock.advance(1);
  }
  return promise;
}

describe('a call', () => {
  it('is answered', async () => {
    const { call, server } = await setting([]);
    expect(await call()).toBe('answered 200 at 0');
    expect(server.calls).toHaveLength(1);
  });

  it('is tried again on a new connection when one was lost, after a pause that grows', async () => {
    const { call, server } = await setting(['drop', { body: 'half of it', cutAt: 4 }]);
    expect(await call()).toBe('answered 200 at 75');
    expect(server.calls).toHaveLength(3);
  });

  it('is given up after four attempts', async () => {
    const { call, server } = await setting(['drop', 'drop', 'drop', 'drop']);
    expect(await call()).toBe(
      '[REMOTE_UNAVAILABLE] remote "call": no answer of model "net" after 4 attempts: the connection was closed before the reply was there',
    );
    expect(server.calls).toHaveLength(4);
  });

  it('waits as long as a busy server asks', async () => {
    expect(await (await setting([busy(503, 2), busy(429, 1)])).call()).toBe('answered 200 at 3075');
  });

  it('does not wait beyond its deadline', async () => {
    const { call, server } = await setting([busy(429, 2)]);
    expect(await call(new RequestScope(1500))).toBe('[REMOTE_UNAVAILABLE] remote "call": no answer of model "net": it answered 429: busy');
    expect(server.calls).toHaveLength(1);
  });

  it('does not wait for a server that does not say for how long', async () => {
    const { call, server } = await setting([{ status: 503, body: 'down for today' }]);
    expect(await call()).toBe(
      '[REMOTE_UNAVAILABLE] remote "call": no answer of model "net": it answered 503: the answer is "down for today"',
    );
    expect(server.calls).toHaveLength(1);
  });

  it.each<[Plan, string]>([
    [
      { status: 400, body: '{"error":"x has 3 elements"}' },
      '[REMOTE_FAILED] remote "call": model "net" failed; it answered 400: x has 3 elements',
    ],
    [{ status: 500 }, '[REMOTE_FAILED] remote "call": model "net" failed; it answered 500: the answer is empty'],
    [
      { status: 504, body: '{"error":"late"}' },
      '[DEADLINE_EXCEEDED] remote "call": model "net" was not done in time; it answered 504: late',
    ],
    [
      { status: 307, headers: { location: 'http://user:pw@elsewhere/v2?key=secret' } },
      '[REMOTE_INVALID] remote "call": model "net" answered 307, a redirect to http://elsewhere/v2, which is not followed',
    ],
    [{ status: 204 }, '[REMOTE_FAILED] remote "call": model "net" failed; it answered 204: the answer is empty'],
  ])('is not tried again where the answer would be the same, case %#', async (plan, message) => {
    const { call, server } = await setting([plan]);
    expect(await call()).toBe(message);
    expect(server.calls).toHaveLength(1);
  });

  it('quotes as much as a person reads, in one line', async () => {
    const { call } = await setting([{ status: 500, body: JSON.stringify({ error: `first\nsecond\u001b[31m ${'x'.repeat(5000)}` }) }]);
    const message = await call();
    expect(message).toContain('it answered 500: first second [31m xxx');
    expect(message.length).toBeLessThan(400);
  });

  it('is not told where the server is by one that nobody waits for any more', async () => {
    const { server, call } = await setting([]);
    const scope = new RequestScope(60_000);
    scope.end(new FlowError('REQUEST_CANCELLED', 'gone'));
    expect(await call(scope)).toBe('[REQUEST_CANCELLED] gone');
    expect(server.calls).toHaveLength(0);
  });
});

describe('a call with effects', () => {
  it('is not tried again once it may have been done', async () => {
    const { call, server } = await setting(['drop'], { effects: true });
    expect(await call()).toBe(
      '[REMOTE_UNAVAILABLE] remote "call": no answer of model "net": the connection was closed before the reply was there; it is not tried again, since it has effects and may have been done',
    );
    expect(server.calls).toHaveLength(1);
  });

  it('is tried again where nothing was sent', async () => {
    const { call, server } = await setting([], { effects: true });
    const { port } = server;
    await server.stop();
    const calling = call();
    const again = await ModelServer.start({ name: 'net', inputs: [], outputs: [], run: () => ({}) }, { port });
    open.push(() => again.stop());
    expect(await calling).toMatch(/^answered 200/);
    expect(again.calls).toHaveLength(1);
  });
});

describe('a call whose request ends', () => {
  it('is closed, so that the server hears of it', async () => {
    const { remote, server } = await setting(['stall']);
    const scope = new RequestScope();
    const call = remote.call(() => infer, scope);
    await server.called(1);
    scope.end(new FlowError('REQUEST_CANCELLED', 'the caller left'));
    await expect(call).rejects.toThrow('the caller left');
    await server.left();
  });

  it('during a pause is not made again', async () => {
    const { remote, server, clock } = await setting(['drop']);
    const scope = new RequestScope();
    const call = remote.call(() => infer, scope);
    while (clock.timers === 0) await settle();
    scope.end(new FlowError('REQUEST_CANCELLED', 'the caller left'));
    await expect(call).rejects.toThrow('the caller left');
    expect(server.calls).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  it('takes no longer than the stage allows', async () => {
    const { call, server } = await setting(['stall'], { timeoutMs: 300 });
    expect(await call()).toBe('[DEADLINE_EXCEEDED] remote "call": model "net" took longer than timeoutMs, which is 300');
    await server.left();
  });

  it('sends on what time it has left', async () => {
    const { remote, clock } = await setting(['drop']);
    const remaining: number[] = [];
    const call = remote.call((remainingMs) => {
      remaining.push(remainingMs);
      return infer;
    }, new RequestScope(1000));
    await passing(clock, call);
    expect(remaining).toEqual([1000, 975]);
  });
});

describe('a server that does not answer', () => {
  const drops = (times: number): readonly Plan[] => Array.from({ length: times }, () => 'drop');

  it('is not called any more after five failures in a row, which is said', async () => {
    const { call, server, notices } = await setting(drops(5));
    await call();
    expect(await call()).toMatch(/^\[REMOTE_UNAVAILABLE\] remote "call": no answer of model "net": the connection was closed/);
    expect(await call()).toMatch(
      /^\[REMOTE_UNAVAILABLE\] remote "call": model "net" is not called, since it did not answer; it is tried again in \d+ ms; last: the connection was closed/,
    );
    expect(server.calls).toHaveLength(5);
    expect(notices).toEqual(['model "net" is not called for 500 ms; last: the connection was closed before the reply was there']);
  });

  it('is tried by one call after a while, and called by all once that is answered', async () => {
    const { call, server, clock, remote, notices } = await setting([...drops(5), 'stall']);
    await call();
    await call();
    clock.advance(500);
    const scope = new RequestScope();
    const probe = remote.call(() => infer, scope);
    await server.called(6);
    expect(await call()).toMatch(/one call is trying it now/);
    scope.end(new FlowError('REQUEST_CANCELLED', 'gone'));
    await expect(probe).rejects.toThrow('gone');
    expect(await call()).toMatch(/^answered 200/);
    expect(await call()).toMatch(/^answered 200/);
    expect(notices.at(-1)).toBe('model "net" answers again');
  });

  it('is tried by the next call where the request of one cannot be made', async () => {
    const { call, clock, remote } = await setting(drops(5));
    await call();
    await call();
    clock.advance(500);
    const impossible = remote.call(() => {
      throw new RangeError('too long');
    }, new RequestScope());
    await expect(impossible).rejects.toThrow('too long');
    expect(await call()).toMatch(/^answered 200/);
  });

  it('is left alone for longer when the probe fails too', async () => {
    const { call, clock, notices } = await setting(drops(6));
    await call();
    await call();
    clock.advance(500);
    await call();
    expect(notices.at(-1)).toMatch(/is not called for 1000 ms/);
  });

  it('may also be silent: deadlines that pass without a word count, where they are not too short', async () => {
    const { remote, clock, server } = await setting(Array.from({ length: 6 }, () => 'stall'));
    const late = async (ms: number): Promise<unknown> => {
      const scope = new RequestScope(clock.now() + ms);
      const call = remote.call(() => infer, scope);
      const isSent = await Promise.race([server.called(server.calls.length + 1).then(() => true), call.catch(() => false)]);
      if (isSent !== true) return call.catch((error: Error) => error.message);
      clock.advance(ms);
      scope.end(deadlineError('pipeline "p"'));
      return call.catch((error: Error) => error.message);
    };
    await late(50);
    for (let i = 0; i < 5; i++) await late(200);
    expect(await late(1)).toMatch(/it is tried again in \d+ ms; last: it did not answer within 200 ms/);
  });

  it('is not one whose answers are errors', async () => {
    const { call } = await setting(Array.from({ length: 9 }, () => ({ status: 500 })));
    for (let i = 0; i < 9; i++) await call();
    expect(await call()).toBe('answered 200 at 0');
  });
});
