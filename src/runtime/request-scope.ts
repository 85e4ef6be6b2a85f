import { FlowError } from '../errors/flow-error.ts';
import { isPromise, type Maybe } from './maybe.ts';
import { jointTrace, type RequestTrace } from './request-trace.ts';

const NONE: readonly never[] = Object.freeze([]);

/**
 * How long a request may still run, and whether it has ended early. One per request and place; also one for each
 * alternative of an anyOf, which may end alone, and one for a call that is made for several requests.
 */
export class RequestScope {
  /** Milliseconds since the epoch; Infinity for a request without a deadline. */
  readonly deadlineMs: number;
  /** The same, but for a call that is made for several requests: the latest of their deadlines, until when somebody may wait for it. */
  readonly latestMs: number;
  /** The name under which logs know the request, which goes along with calls to other servers; those of several behind each other. */
  requestId: string | undefined;
  /** The trace of the request where there is one; of a call for several, that of the first. */
  trace: RequestTrace | undefined;
  /**
   * When the last stage ended, while nothing has waited since; 0 when the clock must be read. A chain of synchronous
   * stages then reads it once between two of them.
   */
  nowMs = 0;
  /** The scope of the whole request, of which this may be a part. */
  #request: RequestScope = this;
  #leave: () => void = nothing;
  #reason: FlowError | undefined;
  #memory: readonly (ArrayBuffer | WeakRef<ArrayBuffer>)[] = NONE;
  /** Few, and the last to come is mostly the first to go: an array costs less than a set. */
  #listeners: (((reason: FlowError) => void) | undefined)[] | undefined;
  #controller: AbortController | undefined;

  constructor(deadlineMs = Number.POSITIVE_INFINITY, latestMs = deadlineMs) {
    this.deadlineMs = deadlineMs;
    this.latestMs = latestMs;
    this.requestId = undefined;
    this.trace = undefined;
  }

  /** A part of a request: it ends with the request, and may end alone. */
  static within(request: RequestScope): RequestScope {
    const scope = new RequestScope(request.deadlineMs, request.latestMs);
    scope.requestId = request.requestId;
    scope.trace = request.trace;
    scope.#request = request.request;
    scope.#leave = request.onEnd((reason) => scope.end(reason));
    return scope;
  }

  /** Lets go of the request that this is a part of, once nothing is left to end: a request may have thousands of parts. */
  leave(): void {
    this.#leave();
    this.#leave = nothing;
  }

  /** The scope of the whole request: this one, or the one that it is within. */
  get request(): RequestScope {
    return this.#request;
  }

  /** Why the request ended early; undefined while it runs. */
  get reason(): FlowError | undefined {
    return this.#reason;
  }

  /** Made when first asked for: an AbortController costs more than many a stage. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Notes memory that was transferred to this place for this request. */
  own(memory: readonly ArrayBuffer[]): void {
    if (memory.length > 0) this.#memory = [...this.#memory, ...memory.map(held)];
  }

  /** Buffers that were transferred to this place for this request, and belong to its tables alone. */
  get memory(): readonly ArrayBuffer[] {
    return this.#memory.length === 0 ? NONE : this.#memory.map(bufferOf).filter((buffer) => buffer !== undefined);
  }

  /** Ends the request early; the first reason stays. */
  end(reason: FlowError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    const listeners = this.#listeners;
    this.#listeners = undefined;
    for (const listener of listeners ?? []) listener?.(reason);
  }

  /** Throws the reason once the request has ended early, so that later stages do not start. */
  throwIfEnded(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** Calls back when the request ends early, at once if it has; the function it returns unsubscribes. */
  onEnd(listener: (reason: FlowError) => void): () => void {
    if (this.#reason !== undefined) {
      listener(this.#reason);
      return () => {};
    }
    if (this.#listeners === undefined) this.#listeners = [listener];
    else this.#listeners.push(listener);
    return () => this.#forget(listener);
  }

  #forget(listener: (reason: FlowError) => void): void {
    const listeners = this.#listeners;
    if (listeners === undefined) return;
    const at = listeners.lastIndexOf(listener);
    if (at >= 0) listeners[at] = undefined;
    while (listeners.length > 0 && listeners[listeners.length - 1] === undefined) listeners.pop();
  }
}

function nothing(): void {}

/** A large photo need not outlive the last who reads it; to look after a small one so costs more than it is worth. */
const HELD_WEAKLY = 2 ** 20;

function held(buffer: ArrayBuffer): ArrayBuffer | WeakRef<ArrayBuffer> {
  return buffer.byteLength < HELD_WEAKLY ? buffer : new WeakRef(buffer);
}

function bufferOf(held: ArrayBuffer | WeakRef<ArrayBuffer>): ArrayBuffer | undefined {
  return held instanceof WeakRef ? held.deref() : held;
}

/**
 * Makes one call for several requests: its scope has the earliest of their deadlines and ends when the last of
 * them has ended early, since until then somebody waits for it.
 */
export function withJointScope<T>(scopes: readonly RequestScope[], call: (scope: RequestScope) => Maybe<T>): Maybe<T> {
  const [only] = scopes;
  if (scopes.length === 1 && only !== undefined) return call(only);
  const deadlines = scopes.map(({ deadlineMs }) => deadlineMs);
  const joint = new RequestScope(Math.min(...deadlines), Math.max(...deadlines));
  joint.requestId = idsOf(scopes);
  joint.trace = traceOf(scopes);
  let running = scopes.length;
  const unsubscribes = scopes.map((scope) =>
    scope.onEnd((reason) => {
      running--;
      if (running === 0) joint.end(reason);
    }),
  );
  const unsubscribe = (): void => {
    for (const off of unsubscribes) off();
  };
  let isRunning = false;
  try {
    const result = call(joint);
    isRunning = isPromise(result);
    if (isPromise(result)) result.then(unsubscribe, unsubscribe);
    return result;
  } finally {
    if (!isRunning) unsubscribe();
  }
}

function traceOf(scopes: readonly RequestScope[]): RequestTrace | undefined {
  const first = scopes.findIndex(({ trace }) => trace !== undefined);
  const trace = scopes[first]?.trace;
  return (
    trace &&
    jointTrace(
      trace,
      scopes.slice(first + 1).flatMap((scope) => scope.trace ?? []),
    )
  );
}

function idsOf(scopes: readonly RequestScope[]): string | undefined {
  const ids = scopes.flatMap(({ requestId }) => requestId ?? []);
  return ids.length === 0 ? undefined : ids.join();
}

/** The work's result, or the reason as soon as the request ends early, whichever is first; then it is told when the work is over, done or failed. */
export function untilEnd<T>(work: PromiseLike<T>, scope: RequestScope, overLate?: (isDone: boolean) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const unsubscribe = scope.onEnd(reject);
    work.then(
      (value) => {
        unsubscribe();
        resolve(value);
        if (scope.reason !== undefined) overLate?.(true);
      },
      (error: unknown) => {
        unsubscribe();
        reject(error);
        if (scope.reason !== undefined) overLate?.(false);
      },
    );
  });
}

export function deadlineError(where: string): FlowError {
  return new FlowError('DEADLINE_EXCEEDED', `${where} was not done by the deadline of its request`);
}
