import type { Tracing } from '../runtime/request-trace.ts';

/**
 * Tracing by OpenTelemetry where the program has registered a tracer provider before; undefined else, and then nothing is loaded. Every
 * copy of its API finds the provider under this symbol.
 */
export async function loadTracing(): Promise<Tracing | undefined> {
  const registered = (globalThis as Readonly<Record<symbol, { readonly trace?: unknown } | undefined>>)[API];
  if (registered?.trace === undefined) return undefined;
  try {
    return (await import('./open-telemetry.ts')).openTelemetry();
  } catch {
    // The program has it where FlowServe does not find it: requests are answered all the same.
    return undefined;
  }
}

const API = Symbol.for('opentelemetry.js.api.1');
