import { Worker } from 'node:worker_threads';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { fromPortable, toPortable } from '../../errors/portable.ts';
import { carriedColumns } from '../../plan/task.ts';
import type { Schema } from '../../schema/column.ts';
import type { RequestScope } from '../request-scope.ts';
import type { Table } from '../table.ts';
import type { FromThread, ReplicaData, ThreadData, ToThread } from './messages.ts';
import { closeGate, createGate, watchGate } from './native-gate.ts';
import { decodeTables, type EncodedTables, encodeTables } from './table-codec.ts';
import { threadEntry } from './thread-entry.ts';

/** A request that the replica has been given and has not answered. */
interface Held {
  readonly resolve: (tables: readonly Table[]) => void;
  readonly reject: (error: FlowError) => void;
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
  readonly #input: readonly Schema[];
  readonly #output: readonly Schema[];
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
    this.#input = (task?.reads ?? []).map(columnsOf);
    this.#output = (task?.gives ?? []).map(columnsOf);
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
    this.#worker.on('error', (cause) => {
      // The thread runs nothing more, though it is gone only with the next event.
      this.#giveUp(crash(data, `ended by an error outside any request: ${messageOf(cause)}`, cause));
    });
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', (status) => {
        unwatch();
        this.#giveUp(crash(data, `exited with status ${status}`));
        resolve();
      });
    });
  }

  /** How many requests it has been given and has not answered. */
  get outstanding(): number {
    return this.#held.size;
  }

  /** Runs the task over copies of the tables; a request that ends early is answered when the worker has let go of it. */
  run(tables: readonly Table[], scope: RequestScope): Promise<readonly Table[]> {
    const request = ++this.#lastRequest;
    const input = encodeTables(this.#input, tables);
    this.#post({ kind: 'run', request, deadlineMs: scope.deadlineMs, input }, input);
    this.#worker.ref();
    return new Promise<readonly Table[]>((resolve, reject) => {
      const unsubscribe = scope.onEnd((reason) => this.#post({ kind: 'end', request, reason: toPortable(reason) }));
      const finish = (): void => {
        unsubscribe();
        this.#held.delete(request);
        this.unref();
      };
      this.#held.set(request, {
        resolve(output) {
          finish();
          resolve(output);
        },
        reject(error) {
          finish();
          reject(error);
        },
      });
    });
  }

  /** Lets an idle worker's process end without it. */
  unref(): void {
    if (this.#held.size === 0 && !this.#isEnding) this.#worker.unref();
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
    for (const { reject } of this.#held.values()) reject(reason);
    this.#held.clear();
    this.#onExit(reason);
  }

  #post(message: ToThread, input?: EncodedTables): void {
    try {
      this.#worker.postMessage(message, input === undefined ? [] : [input.buffer]);
    } catch (cause) {
      throw new FlowError('VALUE_NOT_MOVABLE', `a value of the request cannot be sent to another thread: ${messageOf(cause)}`, { cause });
    }
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#becomeReady();
        break;
      case 'broken':
        // Ended from here: what the user's code has left open must not keep a thread that cannot start.
        void this.terminate(fromPortable(message.error));
        break;
      case 'done':
        this.#held.get(message.request)?.resolve(decodeTables(this.#output, message.output));
        break;
      case 'failed':
        this.#held.get(message.request)?.reject(fromPortable(message.error));
    }
  }
}

function crash({ plan, task }: ReplicaData, what: string, cause?: unknown): FlowError {
  return new FlowError('REPLICA_CRASHED', `the worker of task ${task} of "${plan.pipeline}" ${what}`, { cause });
}
