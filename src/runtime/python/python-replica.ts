import { FlowError } from '../../errors/flow-error.ts';
import type { AnyRow } from '../../schema/column.ts';
import { isForestalled } from '../forestalled.ts';
import type { Call } from '../pool/call.ts';
import { processProcessorMs } from '../pool/processor-time.ts';
import type { Replica, ReplicaEvents } from '../pool/replica.ts';
import { deadlineError } from '../request-scope.ts';
import { CallWatch, type HeldCall } from './call-watch.ts';
import type { ColumnsCodec } from './columns.ts';
import { callFailure, faultIn } from './fault.ts';
import { blobsIn, callAfter, type Frame, frameOf, fromPython, textFrame, toPython } from './frames.ts';
import { watchMemory } from './memory-limit.ts';
import { PythonProcess, type PythonProcessOptions } from './python-process.ts';
import { residentBytes } from './resident-bytes.ts';

export type Rows = readonly AnyRow[];

interface PythonReplicaOptions extends Omit<PythonProcessOptions, 'events'> {
  readonly input: ColumnsCodec;
  readonly output: ColumnsCodec;
}

/** A process that runs the function of a stage. It answers calls one after another, in their order. */
export class PythonReplica implements Replica<Rows, Rows> {
  readonly #options: PythonReplicaOptions;
  readonly #events: ReplicaEvents<Rows, Rows>;
  readonly #process: PythonProcess;
  readonly #held: HeldCall[] = [];
  readonly #watch: CallWatch;
  readonly #stopLimit: () => void;
  #lastCall = 0;
  #draining: Promise<void> | undefined;

  /** Throws why there cannot be a process now. */
  constructor(options: PythonReplicaOptions, events: ReplicaEvents<Rows, Rows>) {
    this.#options = options;
    this.#events = events;
    this.#process = new PythonProcess({
      ...options,
      events: {
        onFrame: (frame) => this.#take(frame),
        onEnding: () => events.onEnding(),
        onGone: (reason) => this.#gone(reason),
      },
    });
    this.#watch = new CallWatch({
      ...options,
      giveUp: (held, reason) => this.#giveUp(held, reason),
      endProcess: () => void this.terminate(this.#unresponsive()),
    });
    this.#stopLimit = this.#limitMemory();
  }

  get ready(): Promise<void> {
    return this.#process.ready;
  }

  get ended(): Promise<void> {
    return this.#process.ended;
  }

  get outstanding(): number {
    return this.#held.length;
  }

  async memoryBytes(): Promise<number | undefined> {
    const { pid } = this.#process;
    return pid === undefined ? undefined : residentBytes(pid);
  }

  async processorMs(): Promise<number | undefined> {
    const { pid } = this.#process;
    return pid === undefined ? undefined : processProcessorMs(pid);
  }

  /** Gives it a batch. Throws when a value cannot be sent, and when nobody waits for the answer. */
  run(call: Call<Rows, Rows>): void {
    const { spec, input, clock } = this.#options;
    const { work, scope } = call;
    if (clock.now() >= scope.latestMs) throw deadlineError(`stage "${spec.name}"`);
    const number = callAfter(this.#lastCall);
    this.#lastCall = number;
    // The function reads the system's clock, which may have been set since this process started.
    const deadlineMs = scope.deadlineMs - clock.now() + Date.now();
    const frame = frameOf({ kind: toPython.run, call: number, rows: work.length, deadlineMs }, input.pack(work));
    const traceparent = scope.trace?.traceparent(spec.name);
    if (traceparent !== undefined) this.#process.send([textFrame(toPython.trace, number, traceparent)]);
    this.#process.send(frame);
    // A request with a deadline keeps Node's process by the timer of that.
    if (scope.deadlineMs === Number.POSITIVE_INFINITY) this.#process.keep();
    const held: HeldCall = { call, number, letGo: () => {}, overdueMs: undefined };
    this.#held.push(held);
    held.letGo = scope.onEnd((reason) => this.#giveUp(held, reason));
    if (this.#held.length === 1) this.#begin(held);
  }

  /** Ends it once it has answered what it has, or after a grace, or another. */
  drain(): Promise<void> {
    this.#draining ??= this.#process.close();
    return this.#draining;
  }

  terminate(reason: FlowError): Promise<void> {
    return this.#process.kill(reason);
  }

  #limitMemory(): () => void {
    const { spec, implementation } = this.#options;
    const { pid } = this.#process;
    const limitMb = implementation.memoryLimitMb;
    if (limitMb === null || pid === undefined) return () => {};
    return watchMemory({ stage: spec.name, pid, limitMb, exceeded: (reason) => void this.terminate(reason) });
  }

  /** Calls behind the first wait for it. */
  #begin(held: HeldCall | undefined): void {
    this.#watch.watch(held);
    held?.call.used?.begun();
  }

  #take(frame: Frame): void {
    const held = this.#held[0];
    if (held === undefined || held.number !== frame.call) throw new RangeError(`there is no call ${frame.call} to be answered now`);
    const answer = this.#answerIn(frame, held);
    this.#held.shift();
    letGoOf(held);
    if (this.#held.length === 0) this.#process.letGo();
    this.#begin(this.#held[0]);
    answer();
    this.#events.onFree();
  }

  /** What to do with it once the call is no longer outstanding; RangeError where it is no answer. */
  #answerIn({ kind, rows, body }: Frame, { call, overdueMs }: HeldCall): () => void {
    const { spec, output } = this.#options;
    if (kind === fromPython.failed) {
      const fault = faultIn(body);
      return overdueMs === undefined ? () => call.fail(callFailure(spec.name, fault)) : () => {};
    }
    if (kind !== fromPython.done || rows !== call.work.length)
      throw new RangeError(`a frame of kind ${kind} with ${rows} rows is no answer`);
    const made = output.unpack(blobsIn(body, output.blobs), rows);
    return overdueMs === undefined ? () => call.succeed(made) : () => {};
  }

  /** The first call is the one under way: it fails with the process, unless its caller has gone already. Those behind it have not begun. */
  #gone(reason: FlowError): void {
    this.#stopLimit();
    this.#watch.watch(undefined);
    const held = this.#held.splice(0);
    held.forEach(letGoOf);
    const [first, ...behind] = held;
    if (first?.overdueMs === undefined) first?.call.fail(reason);
    this.#events.onExit(
      reason,
      behind.filter(({ overdueMs }) => overdueMs === undefined).map(({ call }) => call),
    );
  }

  /** Its caller waits no longer, so the function is told; it is given until a grace after the deadline to come back. */
  #giveUp(held: HeldCall, error: FlowError): void {
    if (held.overdueMs !== undefined) return;
    const { clock } = this.#options;
    const { deadlineMs, reason } = held.call.scope;
    const isTimeout = reason === undefined;
    // The loser of a race may run to its end, where its request may.
    const mayRun = Number.isFinite(deadlineMs) || isForestalled(reason);
    held.overdueMs = mayRun && !isTimeout ? Math.max(deadlineMs, clock.now()) : clock.now();
    this.#process.send([textFrame(toPython.cancel, held.number)]);
    held.call.fail(error);
    if (held === this.#held[0]) this.#watch.watch(held);
  }

  #unresponsive(): FlowError {
    const { spec, replica } = this.#options;
    return new FlowError(
      'REPLICA_CRASHED',
      `the Python process ${replica} of stage "${spec.name}" was ended because a call did not come back after its deadline`,
      { hint: 'Let the function look at context.cancelled or context.deadline where it may take long.' },
    );
  }
}

function letGoOf({ letGo, call }: HeldCall): void {
  letGo();
  call.used?.letGo();
}
