import {
  type Context,
  context,
  isValidTraceId,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { toFlowError } from '../errors/flow-error.ts';
import type { EndOfSpan, RequestTrace, TracedCall, TracedRequest, TracedTask, Tracing } from '../runtime/request-trace.ts';

/** Spans by the provider that the program has registered; what a request came with is read by its propagator. */
export function openTelemetry(): Tracing {
  const tracer = trace.getTracer('flowserve');
  return { begin: (request) => new RequestSpans(tracer, request) };
}

/** The span of a request and those within it. */
class RequestSpans implements RequestTrace {
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #within: Context;
  /** Those that have begun, by their names and those of their stages. */
  readonly #tasks = new Map<string, Span>();

  constructor(tracer: Tracer, { pipeline, rows, carrier }: TracedRequest) {
    const parent = carrier === undefined ? context.active() : propagation.extract(context.active(), carrier);
    const kind = carrier === undefined ? SpanKind.INTERNAL : SpanKind.SERVER;
    const attributes = { 'flowserve.pipeline': pipeline, ...(rows === undefined ? {} : { 'flowserve.rows': rows }) };
    this.#tracer = tracer;
    this.#span = tracer.startSpan(`flowserve ${pipeline}`, { kind, attributes }, parent);
    this.#within = trace.setSpan(parent, this.#span);
  }

  task({ name, place, stages }: TracedTask): EndOfSpan {
    const span = this.#start(name, SpanKind.INTERNAL, { 'flowserve.place': place });
    for (const key of [...stages, name]) this.#tasks.set(key, span);
    return (error) => endSpan(span, error);
  }

  traceparent(taskOrStage: string): string | undefined {
    const { traceId, spanId, traceFlags } = (this.#tasks.get(taskOrStage) ?? this.#span).spanContext();
    if (!isValidTraceId(traceId)) return undefined;
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  waited(task: string, ms: number): void {
    this.#tasks.get(task)?.setAttribute('flowserve.queue_ms', ms);
  }

  batch(stage: string, rows: number): void {
    this.#span.addEvent('batch', { 'flowserve.stage': stage, 'flowserve.batch_rows': rows });
  }

  call(stage: string): TracedCall {
    const span = this.#start(`remote ${stage}`, SpanKind.CLIENT, { 'flowserve.stage': stage });
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(this.#within, span), headers);
    return { headers, end: (error) => endSpan(span, error) };
  }

  end(code: string, error?: unknown): void {
    this.#span.setAttribute('flowserve.code', code);
    endSpan(this.#span, error);
  }

  #start(name: string, kind: SpanKind, attributes: Readonly<Record<string, string>>): Span {
    return this.#tracer.startSpan(name, { kind, attributes }, this.#within);
  }
}

function endSpan(span: Span, error: unknown): void {
  if (error !== undefined) {
    const failure = toFlowError(error);
    span.recordException(failure);
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  }
  span.end();
}
