import { Worker } from 'node:worker_threads';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { fromPortable, toPortable } from '../../errors/portable.ts';
import { carriedColumns } from '../../plan/task.ts';
import type { Schema } from '../../schema/column.ts';
import type { RequestScope } from '../request-scope.ts';
import type { Table } from '../table.ts';
import { type FromThread, isDone, type ReplicaData, runMessage, type ThreadData, type ToThread, tablesDone } from './messages.ts';
import { closeGate, createGate, watchGate } from './native-gate.ts';
import type { Memory } from './packer.ts';
import { type EncodedTables, TableCodec } from './table-codec.ts';
import { threadEntry } from './thread-entry.ts';

/** A request that the replica has been given and has not answered. */
interface Held {
  readonly scope: RequestScope;
  readonly receiver: Receiver;
  readonly unsubscribe: () => void;
}

interface Request {
  readonly tables: readonly Table[];
  readonly scope: RequestScope;
  /** Memory that is handed over with the request. */
  readonly own: Memory;
}

/** Hears what becomes of a request: of its tables at once, so that nothing comes between, and of a failure when the replica has dealt with it. */
interface Receiver {
  succeed(tables: readonly Table[]): void;
  fail(error: FlowError): void;
}

interface ReplicaEvents {
  /** The replica takes nothing more, for whatever reason; what it held has been rejected with it. */
  onExit(reason: FlowError): void;
}

/** One worker thread that runs one task. */
export class ThreadReplica {
  /** Settles when every `setup` is done; rejects with why the worker cannot start. */
  readonly ready: Promise<void>;
  /** Settles when the thread is gone. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #input: TableCodec;
  readonly #output: TableCodec;
  readonly #held = new Map<number, Held>();
  #lastRequest = 0;
  readonly #gate = createGate();
  readonly #onExit: (reason: FlowError) => void;
  #isReady = false;
  #isEnding = false;
  #isOver = false;
  #becomeReady: () => void = () => {};
  #failToStart: (error: FlowError) => void = () => {};

  constructor(data: ReplicaData, { onExit }: ReplicaEvents) {
    const task = data.plan.tasks.find(({ number }) => number === data.task);
    const columnsOf = (table: number): Schema => (task === undefined ? {} : carriedColumns(data.plan, task, table));
    this.#input = new TableCodec((task?.reads ?? []).map(columnsOf));
    this.#output = new TableCodec((task?.gives ?? []).map(columnsOf));
    const workerData: ThreadData = { ...data, gate: this.#gate };
    this.#onExit = onExit;
    // Without the loaders of a test runner or transpiler that runs the main thread: the worker's files are JavaScript.
    this.#worker = new Worker(threadEntry(), {
      workerData,
      execArgv: [],
      name: `flowserve ${data.plan.pipeline} ${data.task}.${data.replica}`,
    });
    const unwatch = watchGate(this.#gate);
    this.ready = new Promise((resolve, reject) => {
      this.#becomeReady = resolve;
      this.#failToStart = reject;
    });
    // Who started the replica hears of it through onExit too, and may not be waiting for `ready` any more.
    this.ready.catch(() => {});
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    let failure: FlowError | undefined;
    this.#worker.on('error', (cause) => {
      const reason = crash(data, `ended by an error outside any request: ${messageOf(cause)}`, cause);
      failure = reason;
      // The thread runs nothing more, but answers that it sent before come by another way and may still be there.
      setImmediate(() => this.#giveUp(reason));
    });
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', (status) => {
        unwatch();
        this.#giveUp(failure ?? crash(data, `exited with status ${status}`));
        resolve();
      });
    });
  }

  /** How many requests it has been given and has not answered. */
  get outstanding(): number {
    return this.#held.size;
  }

  /**
   * Runs the task over copies of the tables, but for memory that is handed over; a request that ends early is answered when
   * the worker has let go of it. Throws when a value cannot be sent.
   */
  run({ tables, scope, own }: Request, receiver: Receiver): void {
    const request = ++this.#lastRequest;
    const input = this.#encode(tables, own);
    this.#post(runMessage(request, scope.deadlineMs, input), input[2]);
    const unsubscribe = scope.onEnd((reason) => this.#post({ kind: 'end', request, reason: toPortable(reason) }));
    this.#held.set(request, { scope, receiver, unsubscribe });
  }

  #letGo(request: number): Held | undefined {
    const held = this.#held.get(request);
    held?.unsubscribe();
    this.#held.delete(request);
    return held;
  }

  /** Lets the process end without the worker: a request keeps it by its deadline's timer. */
  unref(): void {
    if (!this.#isEnding) this.#worker.unref();
  }

  /** Whoever waits for the thread's end keeps the process until then. */
  #keepUntilEnd(): void {
    this.#isEnding = true;
    this.#worker.ref();
  }

  /** Runs every `teardown`, then ends the thread; one that is not ready has nothing to tear down, and may never be. */
  async drain(): Promise<void> {
    if (!this.#isReady || this.#isOver) return this.terminate(new FlowError('DRAINING', 'the worker is shutting down'));
    this.#keepUntilEnd();
    this.#post({ kind: 'drain' });
    await this.ended;
  }

  /** Gives up what it holds at once, and ends the thread in the middle of what it does, but for a native computation. */
  async terminate(reason: FlowError): Promise<void> {
    this.#keepUntilEnd();
    this.#giveUp(reason);
    await closeGate(this.#gate);
    await this.#worker.terminate();
    await this.ended;
  }

  #giveUp(reason: FlowError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failToStart(reason);
    for (const request of [...this.#held.keys()]) this.#fail(request, reason);
    this.#onExit(reason);
  }

  #fail(request: number, error: FlowError): void {
    const held = this.#letGo(request);
    if (held !== undefined) queueMicrotask(() => held.receiver.fail(error));
  }

  #encode(tables: readonly Table[], own: Memory): EncodedTables {
    try {
      return this.#input.encode(tables, own);
    } catch (cause) {
      throw notMovable(cause);
    }
  }

  #post(message: ToThread, memory: Memory = []): void {
    try {
      this.#worker.postMessage(message, memory);
    } catch (cause) {
      throw notMovable(cause);
    }
  }

  #receive(message: FromThread): void {
    if (isDone(message)) {
      const output = tablesDone(message);
      const held = this.#letGo(message[0]);
      held?.scope.own(output[2]);
      held?.receiver.succeed(this.#output.decode(output));
      return;
    }
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#becomeReady();
        break;
      case 'broken':
        // Ended from here: what the user's code has left open must not keep a thread that cannot start.
        void this.terminate(fromPortable(message.error));
        break;
      case 'failed':
        this.#fail(message.request, fromPortable(message.error));
    }
  }
}

function notMovable(cause: unknown): FlowError {
  return new FlowError('VALUE_NOT_MOVABLE', `a value of the request cannot be sent to another thread: ${messageOf(cause)}`, { cause });
}

function crash({ plan, task }: ReplicaData, what: string, cause?: unknown): FlowError {
  return new FlowError('REPLICA_CRASHED', `the worker of task ${task} of "${plan.pipeline}" ${what}`, { cause });
}
