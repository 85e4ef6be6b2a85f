import { availableParallelism } from 'node:os';
import { FlowError } from '../errors/flow-error.ts';
import type { RuleSwitches } from '../optimizer/rule.ts';
import type { LogicalPlan } from '../plan/node.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import type { EmbeddedOptions } from '../runtime/embedded/embedded-runtime.ts';
import { Scaling } from '../runtime/embedded/scaling.ts';
import type { OutputLine } from '../runtime/stages/built-in-stage.ts';
import { describeValue } from '../schema/column.ts';

export type { Scaling };

/** How a pipeline is run; every option has a default. */
export interface DeploymentOptions {
  /** Worker threads for each task on threads (default: one less than the cores, at least 1). */
  readonly workers?: number | undefined;
  /** Requests under way at once, waiting ones included (default 256); QUEUE_FULL beyond. */
  readonly maxQueue?: number | undefined;
  /**
   * Whether requests are refused, OVERLOADED, that would not be answered in time by what those before them took (default true).
   */
  readonly admission?: boolean | undefined;
  /** How long a request may take when neither it nor its pipeline says (default 30 000). */
  readonly timeoutMs?: number | undefined;
  /** How long after its deadline a request may keep a worker thread before the thread is ended, and how long a `teardown` may take (default 1 000). */
  readonly graceMs?: number | undefined;
  /** Rules of the optimizer by name; `{ 'fuse-regions': false }` switches one off. */
  readonly rules?: RuleSwitches | undefined;
  /**
   * Whether a stage that changes a row it was given fails, rather than spoil it for others (default false). A stage
   * on the main thread may be given the very objects that `run` is given: those are frozen, so that their owner cannot change them
   * any more either. It costs a copy of bytes and tensors.
   */
  readonly freezeRows?: boolean | undefined;
  /** How much memory the replicas of all tasks may have together (default: no bound); floors are kept in any case. */
  readonly memoryMb?: number | undefined;
  /** How many cores the replicas of all tasks may keep busy (default: all there are); floors are kept in any case. */
  readonly cores?: number | undefined;
  /** How many there are of what stages say their replicas occupy: `{ gpu: 1 }`. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** What the pipelines of one server share; made of the three above where it is missing. */
  readonly scaling?: Scaling | undefined;
  /** The user's program as worker threads can import it, made by `bundleProgram`. */
  readonly program?: string | null | undefined;
  readonly clock?: Clock | undefined;
  /** Hears of workers that ended unasked and are being restarted. */
  readonly onCrash?: ((reason: FlowError, restartInMs: number) => void) | undefined;
  /** Hears what stages in processes of their own write, and of a `teardown` that is cut short, or fails on a thread (default: it goes to standard error, with the stage's name). */
  readonly onOutput?: ((line: OutputLine) => void) | undefined;
}

/** The options of a deployment with a value for each. */
export interface DeploymentSettings extends EmbeddedOptions {
  readonly maxQueue: number;
  readonly admission: boolean;
  readonly timeoutMs: number;
}

const DEFAULT_MAX_QUEUE = 256;
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_GRACE_MS = 1_000;

/** The given options with defaults for the others; OPTION_INVALID for a value that cannot be. */
export function settingsOf(plan: LogicalPlan, options: DeploymentOptions): DeploymentSettings {
  return {
    workers: wholeNumber('workers', options.workers ?? defaultWorkers(), 1),
    maxQueue: wholeNumber('maxQueue', options.maxQueue ?? DEFAULT_MAX_QUEUE, 1),
    admission: flag('admission', options.admission ?? true),
    timeoutMs: duration('timeoutMs', plan.options.timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    graceMs: wholeNumber('graceMs', options.graceMs ?? DEFAULT_GRACE_MS, 0),
    rules: options.rules ?? {},
    scaling: options.scaling ?? scalingOf(options),
    freezeRows: options.freezeRows ?? false,
    program: options.program ?? null,
    clock: options.clock ?? systemClock,
    onCrash: options.onCrash ?? (() => {}),
    onOutput: options.onOutput ?? printLine,
  };
}

/** What decides on the replicas of pipelines that have a memory, cores and resources together. */
export function scalingOf({ memoryMb, cores = availableParallelism(), resources = {}, clock = systemClock }: DeploymentOptions): Scaling {
  const bytes = memoryMb === undefined ? Number.POSITIVE_INFINITY : wholeNumber('memoryMb', memoryMb, 1) * 2 ** 20;
  for (const [name, count] of Object.entries(resources)) wholeNumber(`resources.${name}`, count, 0);
  return new Scaling({ clock, capacity: { cores: wholeNumber('cores', cores, 1), bytes, resources }, downAfterMs: DOWN_AFTER_MS });
}
const DOWN_AFTER_MS = 30_000;

function printLine({ stage, replica, text }: OutputLine): void {
  process.stderr.write(`${stage}.${replica}: ${text}\n`);
}

/** One core is left to the event loop. */
export function defaultWorkers(): number {
  return Math.max(1, availableParallelism() - 1);
}

function wholeNumber(name: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new FlowError('OPTION_INVALID', `${name} must be a whole number of at least ${least} but is ${describeValue(value)}`);
}

function flag(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new FlowError('OPTION_INVALID', `${name} must be true or false but is ${describeValue(value)}`);
}

function duration(name: string, value: unknown): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new FlowError('OPTION_INVALID', `${name} must be a number of milliseconds above 0 but is ${describeValue(value)}`);
}
