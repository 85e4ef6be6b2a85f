import { context, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deploy } from '../../src/deploy.ts';
import { flowserve } from '../../src/fastify.ts';
import { fetchHandler } from '../../src/fetch.ts';
import { python } from '../../src/language/python.ts';
import { remote } from '../../src/language/remote.ts';
import { batchStage } from '../../src/language/stage.ts';
import { pipeline } from '../../src/pipeline.ts';
import { float32, tensor, text } from '../../src/schema/column.ts';
import { defer, settle } from '../support/settle.ts';
import { onThreads } from '../support/threads.ts';
import { describeSpan, recordNoSpans, recordSpans } from '../support/tracing.ts';
import { serveHere } from './http-fixtures.ts';

let spans: ReturnType<typeof recordSpans>;
beforeEach(() => {
  spans = recordSpans();
});
afterEach(recordNoSpans);

const described = (): readonly string[] =>
  spans
    .getFinishedSpans()
    .map((span, _, all) => describeSpan(span, all))
    .sort();
const codes = (): readonly string[] =>
  spans
    .getFinishedSpans()
    .filter(({ name }) => name.startsWith('flowserve '))
    .map(({ attributes }) => `${attributes['flowserve.code']} of ${attributes['flowserve.rows']} rows`);
const named = (name: string): ReadableSpan | undefined => spans.getFinishedSpans().find((span) => span.name === name);

/** As a span below this one would be told of it. */
function traceparentOf(span: ReadableSpan | undefined): string {
  const { traceId, spanId } = span?.spanContext() ?? {};
  return `00-${traceId}-${spanId}-01`;
}

const columns = { input: { x: float32 }, output: { x: float32 } };
const traceparentInPython = python({
  name: 'inPython',
  module: new URL('../support/python/functions.py', import.meta.url),
  function: 'traceparent_of',
  input: { text },
  output: { text },
});
const scores = pipeline('scores', { x: float32 }, (rows) => rows.map({ y: float32 }, ({ x }) => ({ y: x + 1 })));
function postTo(send: (request: Request) => Promise<Response>, url: string) {
  return async (path: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> => {
    const response = await send(
      new Request(url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }),
    );
    await response.text();
  };
}

const overHttp = [
  {
    name: 'serve',
    open: async () => {
      const server = await serveHere(scores, { maxBodyBytes: 100 });
      return { post: postTo((request) => fetch(request), server.url), close: () => server.close() };
    },
  },
  {
    name: 'fetchHandler',
    open: async () => {
      const handler = await fetchHandler(scores, { maxBodyBytes: 100, logger: false });
      return { post: postTo(handler.fetch, 'http://localhost'), close: () => handler.close() };
    },
  },
  {
    name: 'Fastify',
    open: async () => {
      const app = fastify();
      await app.register(flowserve, { pipelines: scores, maxBodyBytes: 100 });
      return { post: postTo((request) => fetch(request), await app.listen({ port: 0 })), close: () => app.close() };
    },
  },
];

const gate = defer();
const held = pipeline('held', { x: float32 }, (rows) => rows.map({ x: float32 }, (row) => gate.promise.then(() => row)));
const failing = pipeline('failing', { x: float32 }, (rows) =>
  rows.map({ y: float32 }, async () => {
    throw new Error('no luck');
  }),
);

describe('a request, where the program has registered a tracer provider,', () => {
  it('is a span with one for each task', async () => {
    await using deployment = await deploy(scores);
    await deployment.run([{ x: 1 }, { x: 2 }]);
    expect(described()).toEqual(['flowserve scores: pipeline scores, rows 2, code OK', 'task 1 < flowserve scores: place loop']);
  });

  it('is below the span that is active', async () => {
    await using deployment = await deploy(scores);
    const mine = trace.getTracer('mine').startSpan('mine');
    await context.with(trace.setSpan(context.active(), mine), () => deployment.run([{ x: 1 }]));
    mine.end();
    expect(named('flowserve scores')?.parentSpanContext?.spanId).toBe(mine.spanContext().spanId);
  });

  it('that fails records its error', async () => {
    await using deployment = await deploy(failing);
    await expect(deployment.run([{ x: 1 }])).rejects.toThrow('no luck');
    expect(described()).toEqual([
      'flowserve failing: pipeline failing, rows 1, code STAGE_FAILED failed: [STAGE_FAILED] stage "map#1" failed: no luck',
      'task 1 < flowserve failing: place loop failed: [STAGE_FAILED] stage "map#1" failed: no luck',
    ]);
    expect(named('flowserve failing')?.events.map(({ name }) => name)).toEqual(['exception']);
  });

  it('is a span with its code when it is refused before any task', async () => {
    await using deployment = await deploy(held, { maxQueue: 1 });
    const first = deployment.run([{ x: 1 }]);
    await expect(deployment.run([{ x: 2 }, { x: 3 }])).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    await expect(deployment.run([{ y: 1 } as never])).rejects.toMatchObject({ code: 'ROW_INVALID' });
    expect(codes()).toEqual(['QUEUE_FULL of 2 rows', 'ROW_INVALID of undefined rows']);
    gate.resolve();
    await first;
  });

  it.each(overHttp)('is one too when its edge refuses it: $name', async ({ open }) => {
    const { post, close } = await open();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await post('/pipelines/scores/run', '{', { traceparent });
    await post('/v2/models/scores/infer', '{', { traceparent });
    await post('/pipelines/scores/run', JSON.stringify({ x: 'a' }), { traceparent });
    await post('/pipelines/scores/run', JSON.stringify({ x: '1'.repeat(200) }), { traceparent });
    await post('/pipelines/scores/run', JSON.stringify({ x: 1 }), { traceparent, 'x-timeout-ms': 'soon' });
    await post('/pipelines/nothing/run', JSON.stringify({ x: 1 }), { traceparent });
    await post('/pipelines/scores/run', JSON.stringify({ x: 1 }), { traceparent });
    const refused = ['BODY_INVALID', 'BODY_INVALID', 'ROW_INVALID', 'BODY_TOO_LARGE', 'TIMEOUT_INVALID'].map(
      (code) => `${code} of undefined rows`,
    );
    expect(codes()).toEqual([...refused, 'OK of 1 rows']);
    expect(new Set(spans.getFinishedSpans().map((span) => span.spanContext().traceId))).toEqual(
      new Set(['4bf92f3577b34da6a3ce929d0e0e4736']),
    );
    await close();
  });

  it('says how long a task waited for a worker', async () => {
    const { deployment, crash, clock } = await onThreads('moody');
    const crashed = crash();
    deployment.run([{ mood: 'exit', channel: '' }]).catch(() => {});
    await crashed;
    await settle();
    spans.reset();
    const answer = deployment.run([{ mood: 'ok', channel: '' }]);
    clock.advance(100);
    await answer;
    await settle();
    expect(described()).toEqual([
      'flowserve moody: pipeline moody, rows 1, code OK',
      'task 1 < flowserve moody: place thread, queue_ms 100',
    ]);
  });

  it('tells stages on the event loop and on threads the span of their task, and hears of their batches', async () => {
    const { deployment } = await onThreads('traced');
    const rows = await deployment.run([{ n: 1 }, { n: 2 }]);
    await settle();
    const [first, second] = [traceparentOf(named('task 1')), traceparentOf(named('task 2'))];
    expect(rows).toEqual([1, 2].map((n) => ({ n, onLoop: first, onThread: second, inBatch: second })));
    expect(named('flowserve traced')?.events).toMatchObject([
      { name: 'batch', attributes: { 'flowserve.stage': 'inBatch', 'flowserve.batch_rows': 2 } },
    ]);
  });

  it('tells functions in Python too', async () => {
    await using deployment = await deploy(
      pipeline('inPython', { text }, (rows) => rows.map(traceparentInPython)),
      { workers: 1 },
    );
    for (const n of [1, 2]) {
      spans.reset();
      const rows = await deployment.run([{ text: String(n) }]);
      await settle();
      expect(rows).toEqual([{ text: traceparentOf(named('task 1')) }]);
    }
  });

  it('hears of a batch that it shares with another', async () => {
    const gate = defer();
    const hold = batchStage({ name: 'hold', ...columns, run: (rows) => gate.promise.then(() => rows) });
    await using deployment = await deploy(pipeline('shared', columns.input, (rows) => rows.map(hold)));
    const answers = [1, 2, 3].map((x) => deployment.run([{ x }]));
    gate.resolve();
    await Promise.all(answers);
    const sizes = spans.getFinishedSpans().flatMap(({ events }) => events.map(({ attributes }) => attributes?.['flowserve.batch_rows']));
    expect(sizes).toEqual([1, 2, 2]);
  });

  it('goes on in the trace of its client, and in another server that it calls', async () => {
    const tensors = { input: { x: tensor('FP32', [2]) }, output: { x: tensor('FP32', [2]) } };
    await using behind = await serveHere(pipeline('behind', tensors.input, (rows) => rows.filter(() => true)));
    const call = remote({ name: 'call', url: behind.url, model: 'behind', ...tensors });
    await using front = await serveHere(pipeline('front', tensors.input, (rows) => rows.map(call)));
    const response = await fetch(`${front.url}/pipelines/front/run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
      body: JSON.stringify({ x: [1, 2] }),
    });
    expect(response.status).toBe(200);
    expect(described()).toEqual([
      'flowserve behind < remote call: pipeline behind, rows 1, code OK',
      'flowserve front < 00f067aa0ba902b7: pipeline front, rows 1, code OK',
      'remote call < flowserve front: stage call',
      'task 1 < flowserve behind: place loop',
      'task 1 < flowserve front: place loop',
    ]);
    expect(new Set(spans.getFinishedSpans().map((span) => span.spanContext().traceId))).toEqual(
      new Set(['4bf92f3577b34da6a3ce929d0e0e4736']),
    );
    expect(named('flowserve front')?.events).toMatchObject([
      { name: 'batch', attributes: { 'flowserve.stage': 'call', 'flowserve.batch_rows': 1 } },
    ]);
  });
});

describe('a request of a deployment that was started before there was a provider', () => {
  it('is not traced', async () => {
    recordNoSpans();
    await using deployment = await deploy(scores);
    spans = recordSpans();
    await deployment.run([{ x: 1 }]);
    expect(described()).toEqual([]);
  });

  it('tells its stages of no span', async () => {
    recordNoSpans();
    const { deployment } = await onThreads('traced');
    expect(await deployment.run([{ n: 1 }])).toEqual([{ n: 1, onLoop: '', onThread: '', inBatch: '' }]);
    await using inPython = await deploy(
      pipeline('inPython', { text }, (rows) => rows.map(traceparentInPython)),
      { workers: 1 },
    );
    expect(await inPython.run([{ text: '' }])).toEqual([{ text: 'None' }]);
  });
});
