import type { RequestTrace } from '../request-trace.ts';

/** A batch that rows of a request went in. */
export interface TracedBatch {
  readonly stage: string;
  readonly rows: number;
}

/** The trace of a request on the thread of one of its tasks, whose span is begun and ended where the request came from. */
export class ThreadTrace implements RequestTrace {
  readonly request: number;
  /** For the trace there. */
  readonly batches: TracedBatch[] = [];
  readonly #traceparent: string;

  constructor(request: number, traceparent: string) {
    this.request = request;
    this.#traceparent = traceparent;
  }

  traceparent(): string {
    return this.#traceparent;
  }

  batch(stage: string, rows: number): void {
    this.batches.push({ stage, rows });
  }

  task(): () => void {
    return nothing;
  }

  call(): { readonly headers: Readonly<Record<string, string>>; readonly end: () => void } {
    return { headers: { traceparent: this.#traceparent }, end: nothing };
  }

  waited(): void {}

  end(): void {}
}

function nothing(): void {}
