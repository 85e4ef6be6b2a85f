import { FlowError, isFlowError } from '../../errors/flow-error.ts';
import type { PythonImplementation, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { backOffMs } from '../back-off.ts';
import { deadlineError, type RequestScope } from '../request-scope.ts';
import type { LoadContext } from '../stages/built-in-stage.ts';
import { type ColumnsCodec, columnsCodec } from './columns.ts';
import { type PythonCall, PythonProcess } from './python-process.ts';
import { residentBytes } from './resident-bytes.ts';

interface PythonPoolOptions {
  readonly spec: StageSpec;
  readonly implementation: PythonImplementation;
  readonly replicas: number;
  readonly context: LoadContext;
}

interface Slot {
  readonly replica: number;
  process: PythonProcess | undefined;
  isReady: boolean;
  /** Starts and runs that ended in a crash since the last success. */
  failures: number;
  /** Starts since one was ready: requests that end processes keep nobody else from waiting for the next. */
  failedStarts: number;
  /** Calls off the start that is due after a crash. */
  callOffStart: () => void;
}

/** One call computes and the next one lies there when it is done. */
export const CALLS_PER_PROCESS = 2;
const HOPELESS_STARTS = 3;
const MEMORY_EVERY_MS = 250;

/** The processes of one stage, and the line of calls that wait for one of them. */
export class PythonPool {
  readonly #options: PythonPoolOptions;
  readonly #input: ColumnsCodec;
  readonly #output: ColumnsCodec;
  readonly #slots: readonly Slot[];
  readonly #alive = new Set<PythonProcess>();
  #line: PythonCall[] = [];
  /** Why a process ended last. */
  #lastReason: FlowError | undefined;
  #isStarted = false;
  #isClosed = false;
  #memoryTimer: NodeJS.Timeout | undefined;

  constructor(options: PythonPoolOptions) {
    this.#options = options;
    this.#input = columnsCodec(options.spec.input);
    this.#output = columnsCodec(options.spec.output);
    this.#slots = Array.from({ length: options.replicas }, (_, replica) => ({
      replica,
      process: undefined,
      isReady: false,
      failures: 0,
      failedStarts: 0,
      callOffStart: () => {},
    }));
  }

  /** Starts every process; rejects with why the first one cannot start, and then none is left. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#slots.map((slot) => this.#startProcess(slot).ready));
    } catch (error) {
      await this.#abandon(error);
      throw error;
    }
    this.#isStarted = true;
    for (const slot of this.#slots) if (slot.process === undefined) this.#restart(slot);
    if (this.#options.implementation.memoryLimitMb !== null) this.#watchMemory(this.#options.implementation.memoryLimitMb);
  }

  get isReady(): boolean {
    return this.#slots.some((slot) => slot.isReady);
  }

  /** Runs a batch on the process with the fewest calls, or as soon as one is free. */
  run(rows: readonly AnyRow[], scope: RequestScope): Promise<readonly AnyRow[]> {
    return new Promise((resolve, reject) => {
      if (scope.reason !== undefined) return reject(scope.reason);
      if (this.#isClosed) return reject(this.#closing());
      const call: PythonCall = {
        rows,
        scope,
        succeed: (made) => {
          letGo();
          resolve(made);
        },
        fail: (error) => {
          letGo();
          reject(error);
        },
      };
      // A request may have thousands of calls, whose rows it would otherwise keep to its end.
      const letGo = scope.onEnd((reason) => this.#leave(call, reason));
      this.#line.push(call);
      this.#dispatch();
    });
  }

  /** Ends every process; for when nothing is under way any more. */
  async close(): Promise<void> {
    this.#stop();
    await Promise.all([...this.#alive].map((process) => process.close()));
  }

  async #abandon(error: unknown): Promise<void> {
    this.#stop();
    const reason = reasonOf(error);
    await Promise.all([...this.#alive].map((process) => process.kill(reason)));
  }

  #stop(): void {
    this.#isClosed = true;
    clearInterval(this.#memoryTimer);
    for (const { callOffStart } of this.#slots) callOffStart();
    const line = this.#line;
    this.#line = [];
    for (const { fail } of line) fail(this.#closing());
  }

  #closing(): FlowError {
    return new FlowError('DRAINING', `stage "${this.#options.spec.name}" is shutting down`, { retryAfterMs: 1000 });
  }

  #startProcess(slot: Slot): PythonProcess {
    const { spec, implementation, context } = this.#options;
    const process = new PythonProcess({
      spec,
      implementation,
      replica: slot.replica,
      input: this.#input,
      output: this.#output,
      graceMs: context.graceMs,
      clock: context.clock,
      onOutput: context.onOutput,
      onFree: () => {
        slot.failures = 0;
        this.#dispatch();
      },
      onExit: (reason, behind) => this.#ended(slot, reason, behind),
    });
    slot.process = process;
    this.#alive.add(process);
    void process.ended.then(() => this.#alive.delete(process));
    process.ready.then(
      () => {
        slot.isReady = true;
        slot.failedStarts = 0;
        this.#dispatch();
      },
      () => {},
    );
    return process;
  }

  /** It may be that just now no process can be had, as where descriptors have run out. */
  #restart(slot: Slot): void {
    try {
      this.#startProcess(slot);
    } catch (error) {
      this.#ended(slot, reasonOf(error), []);
    }
  }

  /** One that has not begun leaves the line; one that has is seen to by its process. */
  #leave(call: PythonCall, reason: FlowError): void {
    const at = this.#line.indexOf(call);
    if (at < 0) return;
    this.#line.splice(at, 1);
    call.fail(reason);
  }

  #dispatch(): void {
    for (let slot = this.#freeSlot(); slot !== undefined; slot = this.#freeSlot()) {
      const call = this.#line.shift();
      if (call === undefined) return;
      this.#give(slot, call);
    }
    this.#refuseIfHopeless();
  }

  #freeSlot(): Slot | undefined {
    let best: Slot | undefined;
    for (const slot of this.#slots) {
      if (!slot.isReady || slot.process?.isEnding === true || outstanding(slot) >= CALLS_PER_PROCESS) continue;
      if (best === undefined || outstanding(slot) < outstanding(best)) best = slot;
    }
    return best;
  }

  #give({ process }: Slot, call: PythonCall): void {
    const { spec, context } = this.#options;
    try {
      if (context.clock.now() >= call.scope.latestMs) throw deadlineError(`stage "${spec.name}"`);
      process?.run(call);
    } catch (error) {
      call.fail(error);
    }
  }

  /** Calls that only stood behind the one under way run elsewhere, before those that came later. */
  #ended(slot: Slot, reason: FlowError, behind: readonly PythonCall[]): void {
    slot.failedStarts += slot.isReady ? 0 : 1;
    slot.isReady = false;
    slot.process = undefined;
    const mayRepeat = !this.#options.spec.effects && !this.#isClosed;
    if (mayRepeat) this.#line.unshift(...behind);
    else for (const { fail } of behind) fail(reason);
    if (this.#isClosed || !this.#isStarted) return;
    this.#lastReason = reason;
    const restartInMs = backOffMs(slot.failures++);
    const { clock, onCrash } = this.#options.context;
    slot.callOffStart = clock.after(restartInMs, () => this.#restart(slot));
    onCrash(reason, restartInMs);
    this.#dispatch();
  }

  /** Nobody waits for processes that have not come up several times in a row. */
  #refuseIfHopeless(): void {
    if (this.#slots.some(({ isReady, failedStarts }) => isReady || failedStarts < HOPELESS_STARTS)) return;
    const line = this.#line;
    this.#line = [];
    const { name } = this.#options.spec;
    for (const { fail } of line) {
      fail(
        new FlowError('NO_REPLICA', `no Python process of stage "${name}" starts any more`, {
          cause: this.#lastReason,
          retryAfterMs: 1000,
        }),
      );
    }
  }

  /** By a timer that the process may end without. */
  #watchMemory(limitMb: number): void {
    this.#memoryTimer = setInterval(() => {
      for (const process of this.#alive) void this.#checkMemory(process, limitMb);
    }, MEMORY_EVERY_MS).unref();
  }

  async #checkMemory(process: PythonProcess, limitMb: number): Promise<void> {
    const bytes = process.pid === undefined ? undefined : await residentBytes(process.pid);
    if (bytes === undefined || bytes <= limitMb * MEGABYTE) return;
    const problem = `a Python process of stage "${this.#options.spec.name}" was ended: it used ${Math.round(bytes / MEGABYTE)} MB, and its memoryLimitMb is ${limitMb}`;
    await process.kill(new FlowError('REPLICA_CRASHED', problem, { hint: 'Give it smaller batches by maxBatch, or raise memoryLimitMb.' }));
  }
}

const MEGABYTE = 2 ** 20;

function reasonOf(error: unknown): FlowError {
  return isFlowError(error) ? error : new FlowError('REPLICA_CRASHED', 'the processes could not start', { cause: error });
}

function outstanding({ process }: Slot): number {
  return process?.outstanding ?? 0;
}
