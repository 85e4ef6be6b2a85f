import { Worker } from 'node:worker_threads';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { fromPortable, toPortable } from '../../errors/portable.ts';
import { carriedColumns } from '../../plan/task.ts';
import type { Schema } from '../../schema/column.ts';
import type { Clock } from '../clock.ts';
import { isForestalled } from '../forestalled.ts';
import type { Call } from '../pool/call.ts';
import { threadProcessorMs } from '../pool/processor-time.ts';
import type { Replica, ReplicaEvents } from '../pool/replica.ts';
import type { RequestTrace } from '../request-trace.ts';
import type { OutputLine } from '../stages/built-in-stage.ts';
import type { Table } from '../table.ts';
import { type FromThread, isDone, type ReplicaData, runMessage, type ThreadData, type ToThread, tablesDone } from './messages.ts';
import { closeGate, createGate, watchGate } from './native-gate.ts';
import type { Memory } from './packer.ts';
import { type EncodedTables, TableCodec } from './table-codec.ts';
import { threadEntry } from './thread-entry.ts';

/** What a task is run over. */
export interface ThreadWork {
  readonly tables: readonly Table[];
  /** Whether it cannot be given to another worker after this: it has been once, or its memory went with it. */
  isLastTry: boolean;
}

type ThreadCall = Call<ThreadWork, readonly Table[]>;

/** A call that the replica has been given and has not let go of. */
interface Held {
  readonly call: ThreadCall;
  unsubscribe: () => void;
  disarm: () => void;
}

export interface ThreadOptions {
  /** How long after its deadline, or after its caller left, a request may keep a worker before the worker is ended. */
  readonly graceMs: number;
  /** Whether memory that a request has received from other threads is handed over to these, not copied. */
  readonly handsOver: boolean;
  /** On how many threads it computes: more than one where a model does. */
  readonly threads: number;
  readonly clock: Clock;
  /** Hears of a `teardown` that failed, or did not settle. */
  readonly onOutput: (line: OutputLine) => void;
}

const NOTHING: Memory = Object.freeze([]);
const nothing = (): void => {};

/** One worker thread that runs one task. */
export class ThreadReplica implements Replica<ThreadWork, readonly Table[]> {
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
  readonly #data: ReplicaData;
  readonly #options: ThreadOptions;
  readonly #events: ReplicaEvents<ThreadWork, readonly Table[]>;
  readonly #bytesBefore = process.memoryUsage.rss();
  #memoryBytes: number | undefined;
  #thread: string | null = null;
  /** The stage whose `teardown` runs. */
  #closing: string | undefined;
  #draining: Promise<void> | undefined;
  #isReady = false;
  #isEnding = false;
  #isOver = false;
  #becomeReady: () => void = () => {};
  #failToStart: (error: FlowError) => void = () => {};

  constructor(data: ReplicaData, options: ThreadOptions, events: ReplicaEvents<ThreadWork, readonly Table[]>) {
    this.#data = data;
    this.#options = options;
    this.#events = events;
    const task = data.plan.tasks.find(({ number }) => number === data.task);
    const columnsOf = (table: number): Schema => (task === undefined ? {} : carriedColumns(data.plan, task, table));
    this.#input = new TableCodec((task?.reads ?? []).map(columnsOf));
    this.#output = new TableCodec((task?.gives ?? []).map(columnsOf));
    const workerData: ThreadData = { ...data, gate: this.#gate };
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
      setImmediate(() => this.#end(reason));
    });
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', (status) => {
        unwatch();
        this.#end(failure ?? crash(data, `exited with status ${status}`));
        resolve();
      });
    });
  }

  get outstanding(): number {
    return this.#held.size;
  }

  /** By how much the process grew while it started, so only of one that started alone. */
  async memoryBytes(): Promise<number | undefined> {
    return this.#memoryBytes;
  }

  /** A model computes on threads of its own besides. */
  async processorMs(): Promise<number | undefined> {
    const ms = this.#thread === null ? undefined : await threadProcessorMs(this.#thread);
    return ms === undefined ? undefined : ms * this.#options.threads;
  }

  /** Runs the task over copies of the tables, but for memory that is handed over. */
  run(call: ThreadCall): void {
    const { work, scope } = call;
    const request = ++this.#lastRequest;
    const own = this.#options.handsOver ? scope.memory : NOTHING;
    if (own.length > 0) work.isLastTry = true;
    const input = this.#encode(work.tables, own);
    if (scope.trace !== undefined) this.#postTrace(request, scope.trace);
    this.#post(runMessage(request, scope.deadlineMs, input), input[2]);
    const held: Held = { call, unsubscribe: nothing, disarm: nothing };
    this.#held.set(request, held);
    call.used?.begun();
    held.unsubscribe = scope.onEnd((reason) => this.#giveUp(request, held, reason));
  }

  /** A message before: one that holds what few requests have would cost them all. */
  #postTrace(request: number, trace: RequestTrace): void {
    const traceparent = trace.traceparent(`task ${this.#data.task}`);
    if (traceparent !== undefined) this.#post({ kind: 'trace', request, traceparent });
  }

  /** Its caller has the reason at once; a worker that does not let go of it is ended. */
  #giveUp(request: number, held: Held, reason: FlowError): void {
    const { clock, graceMs } = this.#options;
    const { call } = held;
    call.fail(reason);
    const { deadlineMs } = call.scope;
    this.#post({ kind: 'end', request, reason: toPortable(reason) });
    // The loser of a race has done nothing wrong, and may run to its end where its request may.
    if (isForestalled(reason) && !Number.isFinite(deadlineMs)) return;
    const dueMs = Number.isFinite(deadlineMs) ? Math.max(deadlineMs, clock.now()) : clock.now();
    held.disarm = clock.after(dueMs + graceMs - clock.now(), () => void this.terminate(new Unresponsive(reason)));
  }

  #letGo(request: number): Held | undefined {
    const held = this.#held.get(request);
    held?.unsubscribe();
    held?.disarm();
    this.#held.delete(request);
    held?.call.used?.letGo();
    return held;
  }

  /** Lets the process end without the worker: a request keeps it by its deadline's timer. */
  #unref(): void {
    if (!this.#isEnding) this.#worker.unref();
  }

  /** Whoever waits for the thread's end keeps the process until then. */
  #keepUntilEnd(): void {
    this.#isEnding = true;
    this.#worker.ref();
  }

  /** Runs every `teardown`, then ends the thread; one that is not ready has nothing to tear down, and may never be. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    if (!this.#isReady || this.#isOver) return this.terminate(new FlowError('DRAINING', 'the worker is shutting down'));
    this.#keepUntilEnd();
    this.#post({ kind: 'drain' });
    const { clock, graceMs } = this.#options;
    const disarm = clock.after(graceMs, () => this.#endTeardown());
    await this.ended;
    disarm();
  }

  /** A teardown that does not settle would keep who closes the pipeline for ever. */
  #endTeardown(): void {
    const { graceMs } = this.#options;
    if (this.#closing !== undefined) this.#tell(this.#closing, `its teardown was not done after ${graceMs} ms, so its thread was ended`);
    void this.terminate(new FlowError('DRAINING', 'the worker is shutting down'));
  }

  #tell(stage: string, text: string): void {
    this.#options.onOutput({ stage, replica: this.#data.replica, stream: 'stderr', text });
  }

  /** Gives up what it holds at once, and ends the thread in the middle of what it does, but for a native computation. */
  async terminate(reason: FlowError): Promise<void> {
    this.#keepUntilEnd();
    this.#end(reason);
    await closeGate(this.#gate);
    await this.#worker.terminate();
    await this.ended;
  }

  #end(reason: FlowError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failToStart(reason);
    const calls = [...this.#held.keys()].flatMap((request) => this.#letGo(request)?.call ?? []);
    // Those that were only beside the one that did not return.
    const again = reason instanceof Unresponsive ? calls.filter(({ work, scope }) => !work.isLastTry && scope.reason === undefined) : [];
    for (const { work } of again) work.isLastTry = true;
    for (const call of calls) if (!again.includes(call)) call.fail(reason);
    this.#events.onExit(reason, again);
  }

  #fail(request: number, error: FlowError): void {
    const held = this.#letGo(request);
    if (held === undefined) return;
    held.call.fail(error);
    this.#events.onFree();
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
      if (held === undefined) return;
      held.call.scope.own(output[2]);
      held.call.succeed(this.#output.decode(output));
      this.#events.onFree();
      return;
    }
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#thread = message.thread;
        this.#memoryBytes = Math.max(0, process.memoryUsage.rss() - this.#bytesBefore);
        this.#unref();
        this.#becomeReady();
        break;
      case 'batches':
        for (const { stage, rows } of message.batches) this.#held.get(message.request)?.call.scope.trace?.batch(stage, rows);
        break;
      case 'closing':
        this.#closing = message.stage;
        break;
      case 'teardownFailed':
        this.#tell(message.stage, `its teardown failed: ${message.error}`);
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

/** Why a worker was ended: it did not let go of a request in time. */
class Unresponsive extends FlowError {
  constructor(reason: FlowError) {
    super('REPLICA_CRASHED', 'the worker was ended because a stage of another request did not return', { cause: reason });
  }
}

function notMovable(cause: unknown): FlowError {
  return new FlowError('VALUE_NOT_MOVABLE', `a value of the request cannot be sent to another thread: ${messageOf(cause)}`, { cause });
}

function crash({ plan, task }: ReplicaData, what: string, cause?: unknown): FlowError {
  return new FlowError('REPLICA_CRASHED', `the worker of task ${task} of "${plan.pipeline}" ${what}`, { cause });
}
