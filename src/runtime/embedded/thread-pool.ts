import { FlowError, isFlowError } from '../../errors/flow-error.ts';
import { backOffMs } from '../back-off.ts';
import type { Clock } from '../clock.ts';
import type { RequestScope } from '../request-scope.ts';
import type { Table } from '../table.ts';
import type { ReplicaData } from './messages.ts';
import type { Memory } from './packer.ts';
import { ThreadReplica } from './thread-replica.ts';
import { WaitingLine } from './waiting-line.ts';

export interface ThreadPoolOptions {
  /** What each replica is started with, by its number. */
  readonly replicas: readonly ReplicaData[];
  /** How many requests a replica is given at a time: while one computes, another's input is decoded or its image read. */
  readonly ongoingPerReplica: number;
  /** How long after its deadline, or after its caller left, a request may keep a worker before the worker is ended. */
  readonly graceMs: number;
  /** Whether a request may run again after the worker that held it was ended because of another. */
  readonly mayRepeat: boolean;
  /** Whether memory that a request has received from other threads is handed over to these, not copied. */
  readonly handsOver: boolean;
  readonly clock: Clock;
  /** Hears of workers that ended unasked. */
  readonly onCrash: (reason: FlowError, restartInMs: number) => void;
}

const NOTHING: Memory = Object.freeze([]);

interface Waiting {
  readonly tables: readonly Table[];
  readonly scope: RequestScope;
  readonly resolve: (tables: readonly Table[]) => void;
  readonly reject: (error: unknown) => void;
  /** Whether it cannot be given to another worker after this: it has been once, or its memory went with it. */
  isLastTry: boolean;
}

interface Slot {
  readonly data: ReplicaData;
  replica: ThreadReplica | undefined;
  isReady: boolean;
  /** Starts and runs that ended in a crash since the last success. */
  failures: number;
  /** Calls off the start that is due after a crash. */
  callOffStart: () => void;
}

/** The replicas of one task on worker threads, and the line of requests that wait for one of them. */
export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #slots: readonly Slot[];
  readonly #line = new WaitingLine<Waiting>();
  /** Those whose threads are not gone yet. */
  readonly #alive = new Set<ThreadReplica>();
  #isStarted = false;
  #isClosed = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#slots = options.replicas.map((data) => ({ data, replica: undefined, isReady: false, failures: 0, callOffStart: () => {} }));
  }

  /** Starts every replica; rejects with why the first one cannot start, and leaves it to `terminate` to end the others. */
  async start(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => this.#startReplica(slot).ready));
    this.#isStarted = true;
    // One that was ready may have crashed while the others were still starting.
    for (const slot of this.#slots) if (slot.replica === undefined) this.#startReplica(slot);
  }

  get isReady(): boolean {
    return this.#slots.some((slot) => slot.isReady);
  }

  get queued(): number {
    return this.#line.length;
  }

  /** Runs the task on the replica with the fewest outstanding requests, or as soon as one is free. */
  run(tables: readonly Table[], scope: RequestScope): Promise<readonly Table[]> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { tables, scope, resolve, reject, isLastTry: false };
      if (scope.reason !== undefined) return reject(scope.reason);
      const slot = this.#line.length === 0 ? this.#freeSlot() : undefined;
      if (slot !== undefined) return this.#give(slot, waiting);
      this.#queue(waiting);
      this.#dispatch();
    });
  }

  /** Lets what was given to it finish, then runs every `teardown` and ends the threads. */
  async drain(): Promise<void> {
    this.#close();
    await Promise.all([...this.#alive].map((replica) => replica.drain()));
  }

  /** Ends the threads now. */
  async terminate(error: unknown): Promise<void> {
    this.#close();
    const reason = isFlowError(error) ? error : new FlowError('REPLICA_CRASHED', 'the workers could not start', { cause: error });
    await Promise.all([...this.#alive].map((replica) => replica.terminate(reason)));
  }

  #close(): void {
    this.#isClosed = true;
    for (const { callOffStart } of this.#slots) callOffStart();
  }

  #startReplica(slot: Slot): ThreadReplica {
    const replica = new ThreadReplica(slot.data, { onExit: (reason) => this.#replicaEnded(slot, reason) });
    slot.replica = replica;
    this.#alive.add(replica);
    void replica.ended.then(() => this.#alive.delete(replica));
    replica.ready.then(
      () => {
        slot.isReady = true;
        replica.unref();
        this.#dispatch();
      },
      () => {},
    );
    return replica;
  }

  /** Who waits leaves the line when its request ends. */
  #queue(waiting: Waiting): void {
    waiting.scope.onEnd((reason) => {
      if (this.#line.remove(waiting)) waiting.reject(reason);
    });
    this.#line.add(waiting);
  }

  #dispatch(): void {
    while (this.#line.length > 0) {
      const slot = this.#freeSlot();
      if (slot === undefined) {
        this.#refuseIfHopeless();
        return;
      }
      const waiting = this.#line.take();
      if (waiting !== undefined) this.#give(slot, waiting);
    }
  }

  #freeSlot(): Slot | undefined {
    let best: Slot | undefined;
    for (const slot of this.#slots) {
      if (!slot.isReady || outstanding(slot) >= this.#options.ongoingPerReplica) continue;
      if (best === undefined || outstanding(slot) < outstanding(best)) best = slot;
    }
    return best;
  }

  #give(slot: Slot, waiting: Waiting): void {
    const { replica } = slot;
    if (replica === undefined) return;
    const { scope, tables, resolve, reject } = waiting;
    let disarm = (): void => {};
    const unsubscribe = scope.onEnd((reason) => {
      reject(reason);
      disarm = this.#endAfterGrace(replica, scope, reason);
    });
    const letGo = (): void => {
      unsubscribe();
      disarm();
    };
    const succeed = (output: readonly Table[]): void => {
      letGo();
      slot.failures = 0;
      resolve(output);
      this.#dispatch();
    };
    const fail = (error: unknown): void => {
      letGo();
      if (this.#mayRepeat(waiting, error)) this.#repeat(waiting);
      else reject(error);
      this.#dispatch();
    };
    const own = this.#options.handsOver ? scope.memory : NOTHING;
    if (own.length > 0) waiting.isLastTry = true;
    try {
      replica.run({ tables, scope, own }, { succeed, fail });
    } catch (error) {
      fail(error);
    }
  }

  /** A worker that does not let go of a request that has ended is ended itself. */
  #endAfterGrace(replica: ThreadReplica, scope: RequestScope, reason: FlowError): () => void {
    const { clock, graceMs } = this.#options;
    const dueMs = Number.isFinite(scope.deadlineMs) ? Math.max(scope.deadlineMs, clock.now()) : clock.now();
    return clock.after(dueMs + graceMs - clock.now(), () => void replica.terminate(new Unresponsive(reason)));
  }

  /** Requests that were only beside the one that did not return. */
  #mayRepeat({ scope, isLastTry }: Waiting, error: unknown): boolean {
    return error instanceof Unresponsive && this.#options.mayRepeat && !isLastTry && scope.reason === undefined && !this.#isClosed;
  }

  #repeat(waiting: Waiting): void {
    waiting.isLastTry = true;
    this.#queue(waiting);
  }

  #replicaEnded(slot: Slot, reason: FlowError): void {
    slot.isReady = false;
    slot.replica = undefined;
    if (this.#isClosed || !this.#isStarted) return;
    const restartInMs = backOffMs(slot.failures++);
    this.#options.onCrash(reason, restartInMs);
    slot.callOffStart = this.#options.clock.after(restartInMs, () => void this.#startReplica(slot));
    this.#refuseIfHopeless(reason);
  }

  /** Nobody waits for workers that have failed several times in a row. */
  #refuseIfHopeless(reason?: FlowError): void {
    if (this.#slots.some(({ isReady, failures }) => isReady || failures < HOPELESS_FAILURES)) return;
    for (const { reject } of this.#line.takeAll()) {
      reject(new FlowError('NO_REPLICA', 'every worker of the task keeps failing', { cause: reason, retryAfterMs: 1000 }));
    }
  }
}

const HOPELESS_FAILURES = 3;

/** Why a worker was ended: it did not let go of a request in time. */
class Unresponsive extends FlowError {
  constructor(reason: FlowError) {
    super('REPLICA_CRASHED', 'the worker was ended because a stage of another request did not return', { cause: reason });
  }
}

function outstanding({ replica }: Slot): number {
  return replica?.outstanding ?? 0;
}
