import type { RequestScope } from '../request-scope.ts';
import type { UsedReplicas } from './used-replicas.ts';

interface CallOptions<Work, Made> {
  readonly work: Work;
  readonly scope: RequestScope;
  readonly used: UsedReplicas | undefined;
  readonly arrival: number;
  readonly resolve: (made: Made) => void;
  readonly reject: (error: unknown) => void;
}

/** A piece of work on its way through a pool. Its first answer counts. */
export class Call<Work, Made> {
  readonly work: Work;
  readonly scope: RequestScope;
  /** Where copies of it have been run. */
  readonly used: UsedReplicas | undefined;
  /** How many had come before it. */
  readonly arrival: number;
  readonly succeed: (made: Made) => void;
  readonly fail: (error: unknown) => void;
  /** Since when it waits in the line. */
  waitsSinceMs = 0;
  #unsubscribe: (() => void) | undefined;

  constructor({ work, scope, used, arrival, resolve, reject }: CallOptions<Work, Made>) {
    this.work = work;
    this.scope = scope;
    this.used = used;
    this.arrival = arrival;
    this.succeed = resolve;
    this.fail = reject;
  }

  waits(sinceMs: number, unsubscribe: () => void): void {
    this.waitsSinceMs = sinceMs;
    this.#unsubscribe = unsubscribe;
  }

  /** A request may have thousands of calls, whose work it would otherwise keep to its end. */
  waitsNoMore(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }
}
