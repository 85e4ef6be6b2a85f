import { type Context, context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Registers a tracer provider as a program does, for the whole process; gives what it has recorded. */
export function recordSpans(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(traceparent);
  return exporter;
}

/** Takes it away again. */
export function recordNoSpans(): void {
  trace.disable();
  context.disable();
  propagation.disable();
}

/** Such as `flowserve scores < 00f067aa0ba902b7: code OK`. */
export function describeSpan({ name, parentSpanContext, attributes, status }: ReadableSpan, spans: readonly ReadableSpan[]): string {
  const parent = spans.find((span) => span.spanContext().spanId === parentSpanContext?.spanId);
  const told = Object.entries(attributes).map(([key, value]) => `${key.replace('flowserve.', '')} ${value}`);
  const above = parentSpanContext === undefined ? '' : ` < ${parent?.name ?? parentSpanContext.spanId}`;
  return `${name}${above}: ${told.join(', ')}${status.code === 2 ? ` failed: ${status.message}` : ''}`;
}

/** The W3C format, version 00, as far as specs need it. */
const traceparent: TextMapPropagator = {
  inject(within: Context, carrier, setter) {
    const span = trace.getSpanContext(within);
    if (span !== undefined) setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-0${span.traceFlags.toString(16)}`);
  },
  extract(within: Context, carrier, getter) {
    const [, traceId, spanId, flags] =
      /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(String(getter.get(carrier, 'traceparent'))) ?? [];
    if (traceId === undefined || spanId === undefined) return within;
    return trace.setSpanContext(within, { traceId, spanId, traceFlags: Number.parseInt(flags ?? '0', 16), isRemote: true });
  },
  fields: () => ['traceparent'],
};
