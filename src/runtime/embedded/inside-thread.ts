const INSIDE = Symbol.for('flowserve.inside-thread');

/** In a worker thread, before it imports the user's program. */
export function markInsideThread(): void {
  Object.assign(globalThis, { [INSIDE]: true });
}

/**
 * Whether this is a worker thread of FlowServe. A program that starts its pipelines at its top level would do so
 * again in every worker that imports it, without end.
 */
export function isInsideThread(): boolean {
  return INSIDE in globalThis;
}
