import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { FlowError } from '../../errors/flow-error.ts';
import { portableSchema } from '../../plan/portable.ts';
import type { PythonImplementation, StageSpec } from '../../plan/stage.ts';
import type { Clock } from '../clock.ts';
import type { OutputLine } from '../stages/built-in-stage.ts';
import { faultIn } from './fault.ts';
import { type Frame, fromPython, textFrame, toPython } from './frames.ts';
import { commandOf } from './interpreter.ts';
import { type OutputSource, readLines } from './output-lines.ts';
import { PythonChannel } from './python-channel.ts';
import { spawnWorker } from './spawn-worker.ts';
import { spawnFailure, startFailure } from './start-failure.ts';

export interface PythonProcessOptions {
  readonly spec: StageSpec;
  readonly implementation: PythonImplementation;
  readonly replica: number;
  readonly graceMs: number;
  readonly clock: Clock;
  readonly onOutput: (line: OutputLine) => void;
  readonly events: ProcessEvents;
}

interface ProcessEvents {
  /** A frame has come after it was ready; throws where it is none that can come now. */
  onFrame(frame: Frame): void;
  /** It is about to be gone: a call that it is given now would not begin. */
  onEnding(): void;
  /** It is gone, and all that it had sent has come. */
  onGone(reason: FlowError): void;
}

/** As long as a remote server is waited for in silence. */
const SLOW_START_MS = 10_000;

/** One child process of Python: how it starts, what it writes, and how it ends. */
export class PythonProcess {
  /** Settles when `setup` is done; rejects with why the process cannot serve. */
  readonly ready: Promise<void>;
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
  readonly #options: PythonProcessOptions;
  readonly #command: string;
  readonly #child: ChildProcess;
  readonly #channel: PythonChannel;
  readonly #callOffNotice: () => void;
  #isKept = false;
  #isReady = false;
  #isOver = false;
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
    this.#channel = new PythonChannel(this.#child, {
      onFrame: (frame) => (this.#isReady ? options.events.onFrame(frame) : this.#takeStart(frame)),
      onSpoiled: (cause) => this.#spoiled(cause),
    });
    this.#callOffNotice = options.clock.after(SLOW_START_MS, () => this.#sayWhatItWaitsFor());
    this.#listen();
    this.#channel.send([textFrame(toPython.setup, 0, this.#setup())]);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(pieces: readonly Uint8Array[]): void {
    this.#channel.send(pieces);
  }

  /** Node's process does not end before the calls are answered. */
  keep(): void {
    this.#isKept = true;
    this.#channel.keep();
  }

  letGo(): void {
    if (!this.#isKept) return;
    this.#isKept = false;
    this.#channel.letGo();
  }

  /** Ends it once it has answered what it has, or after a grace, or another. */
  async close(): Promise<void> {
    const { clock, graceMs } = this.#options;
    this.#reason ??= new FlowError('DRAINING', `the Python process of stage "${this.#options.spec.name}" is shutting down`);
    if (!this.#isReady) return this.kill(this.#reason);
    this.#options.events.onEnding();
    this.#keepUntilEnd();
    this.#channel.end();
    const callOff = [clock.after(graceMs, () => this.#child.kill('SIGTERM')), clock.after(2 * graceMs, () => this.#child.kill('SIGKILL'))];
    await this.ended;
    for (const off of callOff) off();
  }

  /** Ends it now. */
  async kill(reason: FlowError): Promise<void> {
    this.#reason ??= reason;
    this.#options.events.onEnding();
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
    this.#options.events.onEnding();
    let callOff = (): void => {};
    const once = (): void => {
      callOff();
      child.off('close', once);
      then();
    };
    callOff = this.#options.clock.after(DRAIN_MS, once);
    child.on('close', once);
    this.#channel.closeInput();
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

  #gone(how: FlowError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#callOffNotice();
    const reason = this.#reason ?? how;
    this.#channel.close();
    this.#failToStart(reason);
    this.#options.events.onGone(reason);
    this.#becomeEnded();
  }

  #spoiled(cause: unknown): void {
    const { spec, replica } = this.#options;
    const problem = `the Python process ${replica} of stage "${spec.name}" wrote something to file descriptor 4, which is FlowServe's`;
    const hint = 'Its code, or a library that it uses, must not write to descriptors that it has not opened.';
    void this.kill(new FlowError('REPLICA_CRASHED', problem, { cause, hint }));
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
}

/** How long the ends of pipes are waited for after the process at their other ends has gone. */
const DRAIN_MS = 200;
