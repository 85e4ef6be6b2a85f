import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FlowError } from '../../src/errors/flow-error.ts';
import type { LogicalPlan } from '../../src/plan/node.ts';
import { plansIn } from '../../src/plan/program.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import type { DeploymentOptions } from '../../src/serving/settings.ts';
import { FakeClock } from './fake-clock.ts';

/** A pipeline of a program in programs/, deployed, with a clock that stands still. */
export interface ThreadDeployment {
  readonly deployment: Deployment;
  readonly clock: FakeClock;
  /** Settles with why a worker ended unasked; each call waits for the next time. */
  readonly crash: () => Promise<FlowError>;
  readonly crashes: readonly FlowError[];
  /** What the program has noted. */
  readonly notes: () => readonly string[];
}

export async function onThreads(name: string, options: DeploymentOptions = {}, file = 'threads'): Promise<ThreadDeployment> {
  const { plan, program, notes } = await programFor(name, file);
  // Worker threads compare deadlines with the real time.
  const clock = new FakeClock(systemClock.now());
  const crashes: FlowError[] = [];
  let tell: (reason: FlowError) => void = () => {};
  const onCrash = (reason: FlowError): void => {
    crashes.push(reason);
    tell(reason);
  };
  const deployment = await Deployment.start(plan, { program, clock, onCrash, workers: 1, graceMs: GRACE_MS, timeoutMs: 1e6, ...options });
  const crash = (): Promise<FlowError> =>
    new Promise((resolve) => {
      tell = resolve;
    });
  onTestFinished(() => deployment.close());
  return { deployment, clock, crash, crashes, notes };
}

export const GRACE_MS = 1000;

/** A program with a file of its own to write notes to. */
export async function programFor(
  name: string,
  file = 'threads',
): Promise<{ readonly plan: LogicalPlan; readonly program: string; readonly notes: () => readonly string[] }> {
  const log = join(mkdtempSync(join(tmpdir(), 'flowserve-')), 'log');
  process.env.FLOWSERVE_TEST_LOG = log;
  const program = new URL(`./programs/${file}.mjs`, import.meta.url).href;
  const plan = plansIn((await import(program)) as Record<string, unknown>).find((candidate) => candidate.name === name);
  if (plan === undefined) throw new RangeError(`${file}.mjs has no pipeline "${name}"`);
  return { plan, program, notes: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []) };
}

/** The test's end of a channel on which a stage on a thread speaks. */
export class Channel {
  static #opened = 0;
  readonly name = `flowserve test ${process.pid} ${Channel.#opened++}`;
  readonly #port = new BroadcastChannel(this.name);
  readonly #heard: unknown[] = [];
  #listen: () => void = () => {};

  constructor() {
    this.#port.onmessage = (event) => {
      this.#heard.push((event as { readonly data: unknown }).data);
      this.#listen();
    };
    onTestFinished(() => this.#port.close());
  }

  /** Settles once the stage has said it. */
  async hears(message: string): Promise<void> {
    while (!this.#heard.includes(message)) {
      await new Promise<void>((resolve) => {
        this.#listen = resolve;
      });
    }
  }

  go(): void {
    this.#port.postMessage('go');
  }
}
