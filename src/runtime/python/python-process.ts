import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { FlowError } from '../../errors/flow-error.ts';
import { portableSchema } from '../../plan/portable.ts';
import type { PythonImplementation, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Clock } from '../clock.ts';
import type { RequestScope } from '../request-scope.ts';
import type { OutputLine } from '../stages/built-in-stage.ts';
import { tookTooLong } from '../stages/stage-runner.ts';
import type { ColumnsCodec } from './columns.ts';
import { callFailure, faultIn } from './fault.ts';
import { blobsIn, callAfter, type Frame, FrameReader, frameOf, fromPython, textFrame, toPython } from './frames.ts';
import { commandOf } from './interpreter.ts';
import { type OutputSource, readLines } from './output-lines.ts';
import { spawnWorker } from './spawn-worker.ts';
import { spawnFailure, startFailure } from './start-failure.ts';

/** A batch that a process has been given or is to be given. */
export interface PythonCall {
  readonly rows: readonly AnyRow[];
  readonly scope: RequestScope;
  readonly succeed: (rows: readonly AnyRow[]) => void;
  readonly fail: (error: unknown) => void;
}

export interface PythonProcessOptions {
  readonly spec: StageSpec;
  readonly implementation: PythonImplementation;
  readonly replica: number;
  readonly input: ColumnsCodec;
  readonly output: ColumnsCodec;
  readonly graceMs: number;
  readonly clock: Clock;
  readonly onOutput: (line: OutputLine) => void;
  /** A call less is outstanding. */
  readonly onFree: () => void;
  /** The process is gone; calls that it had been given and had not begun are `behind`. */
  readonly onExit: (reason: FlowError, behind: readonly PythonCall[]) => void;
}

/** As long as a remote server is waited for in silence. */
const SLOW_START_MS = 10_000;

interface Held {
  readonly call: PythonCall;
  readonly number: number;
  readonly letGo: () => void;
  /** When its caller stopped waiting; undefined while somebody waits. */
  overdueMs: number | undefined;
}

/** One child process that runs the function of a stage. It answers calls one after another, in their order. */
export class PythonProcess {
  /** Settles when `setup` is done; rejects with why the process cannot serve. */
  readonly ready: Promise<void>;
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
  readonly #options: PythonProcessOptions;
  readonly #command: string;
  readonly #child: ChildProcess;
  readonly #reader = new FrameReader();
  readonly #held: Held[] = [];
  #lastCall = 0;
  #disarm: () => void = () => {};
  readonly #callOffNotice: () => void;
  #isKept = false;
  #isReady = false;
  #isOver = false;
  #hasExited = false;
  /** What comes from it can be read no more. */
  #isSpoiled = false;
  /** Why it is being ended. */
  #reason: FlowError | undefined;
  #becomeReady: () => void = () => {};
  #failToStart: (error: FlowError) => void = () => {};
  #becomeEnded: () => void = () => {};

  /** Throws why there cannot be a process now. */
  constructor(options: PythonProcessOptions) {
    this.#options = options;
    const { implementation } = options;
    const env = { ...process.env, ...implementation.env };
    this.#command = commandOf(implementation, env);
    this.ready = new Promise((resolve, reject) => {
      this.#becomeReady = resolve;
      this.#failToStart = reject;
    });
    this.ready.catch(() => {});
    this.ended = new Promise((resolve) => {
      this.#becomeEnded = resolve;
    });
    this.#child = this.#spawn(env);
    this.#callOffNotice = options.clock.after(SLOW_START_MS, () => this.#sayWhatItWaitsFor());
    this.#listen();
    this.#input.write(textFrame(toPython.setup, 0, this.#setup()));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it is about to be gone, or is: a call that it is given now would not begin. */
  get isEnding(): boolean {
    return this.#reason !== undefined || this.#hasExited;
  }

  /** How many calls it has been given and has not answered. */
  get outstanding(): number {
    return this.#held.length;
  }

  /** Gives it a batch. Throws when a value cannot be sent. */
  run(call: PythonCall): void {
    const { input, clock } = this.#options;
    const { rows, scope } = call;
    const number = callAfter(this.#lastCall);
    this.#lastCall = number;
    // The function reads the system's clock, which may have been set since this process started.
    const deadlineMs = scope.deadlineMs - clock.now() + Date.now();
    const pieces = frameOf({ kind: toPython.run, call: number, rows: rows.length, deadlineMs }, input.pack(rows));
    this.#send(pieces);
    // A request with a deadline keeps Node's process by the timer of that.
    if (scope.deadlineMs === Number.POSITIVE_INFINITY) this.#keep();
    const held: Held = { call, number, letGo: scope.onEnd((reason) => this.#giveUp(held, reason)), overdueMs: undefined };
    this.#held.push(held);
    if (this.#held.length === 1) this.#watchFirst();
  }

  /** Ends it once it has answered what it has, or after a grace, or another. */
  async close(): Promise<void> {
    const { clock, graceMs } = this.#options;
    this.#reason ??= new FlowError('DRAINING', `the Python process of stage "${this.#options.spec.name}" is shutting down`);
    if (!this.#isReady) return this.kill(this.#reason);
    this.#keepUntilEnd();
    this.#input.end();
    const callOff = [clock.after(graceMs, () => this.#child.kill('SIGTERM')), clock.after(2 * graceMs, () => this.#child.kill('SIGKILL'))];
    await this.ended;
    for (const off of callOff) off();
  }

  /** Ends it now. */
  async kill(reason: FlowError): Promise<void> {
    this.#reason ??= reason;
    this.#keepUntilEnd();
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  #spawn(env: NodeJS.ProcessEnv): ChildProcess {
    try {
      return spawnWorker(this.#command, env);
    } catch (cause) {
      throw spawnFailure(this.#starting, cause as NodeJS.ErrnoException);
    }
  }

  #keepUntilEnd(): void {
    if (!this.#isOver) this.#child.ref();
  }

  /** Node's process does not end before the calls are answered. */
  #keep(): void {
    this.#isKept = true;
    this.#output.ref();
  }

  #letGo(): void {
    this.#isKept = false;
    this.#output.unref();
  }

  /** Where frames go to. */
  get #input(): Socket {
    return this.#child.stdio[3] as Socket;
  }

  /** Where frames come from. */
  get #output(): Socket {
    return this.#child.stdio[4] as Socket;
  }

  #setup(): unknown {
    const { spec, implementation, replica } = this.#options;
    return {
      stage: spec.name,
      file: 'file' in implementation.module ? implementation.module.file : null,
      module: 'name' in implementation.module ? implementation.module.name : null,
      function: implementation.function,
      setup: implementation.setup,
      replica,
      input: portableSchema(spec.input),
      output: portableSchema(spec.output),
    };
  }

  #listen(): void {
    const child = this.#child;
    let failure: FlowError | undefined;
    child.on('error', (cause) => {
      failure = spawnFailure(this.#starting, cause);
      // One that could not be started has no exit.
      if (child.pid === undefined) this.#gone(failure);
    });
    child.once('exit', (status, signal) => this.#drained(() => this.#gone(failure ?? this.#crash(status, signal))));
    // What cannot be written any more is missed by nobody: the end of the process is told by its exit.
    this.#input.on('error', () => {});
    this.#output.on('error', () => {});
    this.#output.on('data', (piece: Buffer) => this.#receive(piece));
    for (const stream of ['stdout', 'stderr'] as const) this.#readOutput(stream);
  }

  #readOutput(stream: 'stdout' | 'stderr'): void {
    const { spec, replica, clock, onOutput } = this.#options;
    const source = this.#child[stream];
    source?.on('error', () => {});
    readLines(source as OutputSource, clock, (text) => onOutput({ stage: spec.name, replica, stream, text }));
  }

  /** Lets the Node process end without it. */
  #unref(): void {
    this.#child.unref();
    for (const stream of this.#child.stdio) (stream as Socket | null)?.unref();
  }

  /** Answers and lines may still lie in the pipes. Those that the function's own children hold open are not waited for long. */
  #drained(then: () => void): void {
    const child = this.#child;
    this.#hasExited = true;
    let callOff = (): void => {};
    const once = (): void => {
      callOff();
      child.off('close', once);
      then();
    };
    callOff = this.#options.clock.after(DRAIN_MS, once);
    child.on('close', once);
    this.#input.destroy();
  }

  #crash(status: number | null, signal: string | null): FlowError {
    const { spec, replica } = this.#options;
    const how = signal === null ? `exited with status ${status}` : `was ended by ${signal}`;
    if (!this.#isReady) {
      return new FlowError('REPLICA_CRASHED', `the Python process ${replica} of stage "${spec.name}" ${how} before it was ready`, {
        hint: `See the log for what it wrote, and whether ${this.#command} is the interpreter of Python that is meant.`,
      });
    }
    return new FlowError('REPLICA_CRASHED', `the Python process ${replica} of stage "${spec.name}" ${how}`, {
      hint: 'The process that held the request ended; it is being restarted. See the log for what it wrote.',
    });
  }

  get #starting() {
    const { spec, implementation } = this.#options;
    return { stage: spec.name, implementation, command: this.#command };
  }

  /** The first call is the one under way: it fails with the process, unless its caller has gone already. */
  #gone(how: FlowError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#callOffNotice();
    const reason = this.#reason ?? how;
    this.#disarm();
    this.#input.destroy();
    this.#output.destroy();
    this.#failToStart(reason);
    const held = this.#held.splice(0);
    for (const { letGo } of held) letGo();
    const [first, ...behind] = held;
    if (first?.overdueMs === undefined) first?.call.fail(reason);
    this.#becomeEnded();
    this.#options.onExit(
      reason,
      behind.filter(({ overdueMs }) => overdueMs === undefined).map(({ call }) => call),
    );
  }

  #receive(piece: Buffer): void {
    if (this.#isOver || this.#isSpoiled) return;
    try {
      this.#reader.push(piece, (frame) => this.#take(frame));
    } catch (cause) {
      this.#isSpoiled = true;
      const { spec, replica } = this.#options;
      const problem = `the Python process ${replica} of stage "${spec.name}" wrote something to file descriptor 4, which is FlowServe's`;
      const hint = 'Its code, or a library that it uses, must not write to descriptors that it has not opened.';
      void this.kill(new FlowError('REPLICA_CRASHED', problem, { cause, hint }));
    }
  }

  #take(frame: Frame): void {
    if (!this.#isReady) {
      this.#takeStart(frame);
      return;
    }
    const held = this.#held[0];
    if (held === undefined || held.number !== frame.call) throw new RangeError(`there is no call ${frame.call} to be answered now`);
    const answer = this.#answerIn(frame, held);
    this.#held.shift();
    held.letGo();
    if (this.#isKept && this.#held.length === 0) this.#letGo();
    this.#watchFirst();
    answer();
    this.#options.onFree();
  }

  /** It may load for as long as it needs, but a loop without end looks alike. */
  #sayWhatItWaitsFor(): void {
    const { spec, implementation, replica, onOutput } = this.#options;
    const setup = implementation.setup === null ? '' : ` or runs its setup ${implementation.setup}`;
    const text = `not ready after ${SLOW_START_MS / 1000} s: it still imports its module${setup}, which may take as long as it needs`;
    onOutput({ stage: spec.name, replica, stream: 'stderr', text });
  }

  #takeStart({ kind, body }: Frame): void {
    if (kind === fromPython.failed) {
      void this.kill(startFailure(this.#starting, faultIn(body)));
      return;
    }
    if (kind !== fromPython.ready) throw new RangeError(`a frame of kind ${kind} came before the process was ready`);
    this.#isReady = true;
    this.#callOffNotice();
    this.#unref();
    this.#becomeReady();
  }

  /** What to do with it once the call is no longer outstanding; RangeError where it is no answer. */
  #answerIn({ kind, rows, body }: Frame, { call, overdueMs }: Held): () => void {
    const { spec, output } = this.#options;
    if (kind === fromPython.failed) {
      const fault = faultIn(body);
      return overdueMs === undefined ? () => call.fail(callFailure(spec.name, fault)) : () => {};
    }
    if (kind !== fromPython.done || rows !== call.rows.length)
      throw new RangeError(`a frame of kind ${kind} with ${rows} rows is no answer`);
    const made = output.unpack(blobsIn(body, output.blobs), rows);
    return overdueMs === undefined ? () => call.succeed(made) : () => {};
  }

  /** Its caller waits no longer, so the function is told; it is given until a grace after the deadline to come back. */
  #giveUp(held: Held, error: FlowError): void {
    if (held.overdueMs !== undefined) return;
    const { clock } = this.#options;
    const { deadlineMs } = held.call.scope;
    const isTimeout = held.call.scope.reason === undefined;
    held.overdueMs = Number.isFinite(deadlineMs) && !isTimeout ? Math.max(deadlineMs, clock.now()) : clock.now();
    this.#send([textFrame(toPython.cancel, held.number)]);
    held.call.fail(error);
    if (held === this.#held[0]) this.#watchFirst();
  }

  /** Only the first call takes time of the function. */
  #watchFirst(): void {
    this.#disarm();
    this.#disarm = () => {};
    const held = this.#held[0];
    if (held === undefined) return;
    const { clock, graceMs, spec } = this.#options;
    if (held.overdueMs !== undefined) {
      const dueMs = Math.max(held.overdueMs, clock.now()) + graceMs;
      this.#disarm = clock.after(dueMs - clock.now(), () => void this.kill(this.#unresponsive()));
    } else if (spec.timeoutMs !== undefined) {
      this.#disarm = clock.after(spec.timeoutMs, () => this.#giveUp(held, tookTooLong(spec)));
    }
  }

  #unresponsive(): FlowError {
    const { spec, replica } = this.#options;
    return new FlowError(
      'REPLICA_CRASHED',
      `the Python process ${replica} of stage "${spec.name}" was ended because a call did not come back after its deadline`,
      { hint: 'Let the function look at context.cancelled or context.deadline where it may take long.' },
    );
  }

  #send(pieces: readonly Uint8Array[]): void {
    const input = this.#input;
    if (pieces.length > 1) input.cork();
    for (const piece of pieces) input.write(piece);
    if (pieces.length > 1) input.uncork();
  }
}

/** How long the ends of pipes are waited for after the process at their other ends has gone. */
const DRAIN_MS = 200;
