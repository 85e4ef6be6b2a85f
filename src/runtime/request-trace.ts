/** Names and values that say which trace a request belongs to: the headers that it came with. */
export type TraceCarrier = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Begins the traces of requests. */
export interface Tracing {
  begin(request: TracedRequest): RequestTrace;
}

export interface TracedRequest {
  readonly pipeline: string;
  /** Undefined where the request was refused before its rows were known. */
  readonly rows: number | undefined;
  readonly carrier: TraceCarrier | undefined;
}

/** What the trace of one request is told; nothing of it fails. */
export interface RequestTrace {
  /** A task has what it reads; the function that comes back is told when it is done, with its error where it failed. */
  task(task: TracedTask): EndOfSpan;
  /** What goes below the span of a task, by its name or that of one of its stages: a `traceparent` of W3C. Undefined where nobody records it. */
  traceparent(taskOrStage: string): string | undefined;
  /** How long the task waited for a replica. */
  waited(task: string, ms: number): void;
  /** Rows of it went into a call of so many. */
  batch(stage: string, rows: number): void;
  /** Another server is called. */
  call(stage: string): TracedCall;
  /** It was answered, or failed. */
  end(code: string, error?: unknown): void;
}

export interface TracedTask {
  readonly name: string;
  readonly place: string;
  readonly stages: readonly string[];
}

export type EndOfSpan = (error?: unknown) => void;

export interface TracedCall {
  /** Hands the trace on to who is called. */
  readonly headers: Readonly<Record<string, string>>;
  readonly end: EndOfSpan;
}

/** That of a call for several requests: each is told of the batch, all else is the first one's. */
export function jointTrace(first: RequestTrace, others: readonly RequestTrace[]): RequestTrace {
  if (others.length === 0) return first;
  return {
    task: (task) => first.task(task),
    traceparent: (taskOrStage) => first.traceparent(taskOrStage),
    waited: (task, ms) => first.waited(task, ms),
    call: (stage) => first.call(stage),
    end: (code, error) => first.end(code, error),
    batch(stage, rows) {
      for (const trace of [first, ...others]) trace.batch(stage, rows);
    },
  };
}
