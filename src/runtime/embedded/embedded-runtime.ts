import { FlowError } from '../../errors/flow-error.ts';
import { optimize } from '../../optimizer/optimize.ts';
import type { RuleSwitches } from '../../optimizer/rule.ts';
import { type Branches, branchesOf, branchOfAll } from '../../plan/branches.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import { portablePlan } from '../../plan/portable.ts';
import { needsUserCode, type ReplicaBounds, type StageSpec } from '../../plan/stage.ts';
import type { StoreSpec } from '../../plan/store.ts';
import { makesRowsOfNone, type PhysicalPlan, raceOfTask, stageNames, type Task } from '../../plan/task.ts';
import { stagesOf, storesOf } from '../../plan/traverse.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Clock } from '../clock.ts';
import { type Counters, createCounters, readCounters, type TaskCount } from '../counters.ts';
import { andThen, andThenQuietly, failing, type Maybe, onceThere } from '../maybe.ts';
import type { ScalablePool } from '../pool/scalable-pool.ts';
import { Races } from '../races.ts';
import { compileRegion, type Region } from '../region.ts';
import type { RequestScope } from '../request-scope.ts';
import { withBoundedTeardown } from '../stages/bounded-teardown.ts';
import { type BuiltInStage, type OutputLine, plainContext } from '../stages/built-in-stage.ts';
import { closeStages, type LoadedStage, loadStages } from '../stages/load-stage.ts';
import { withReadOnlyRows } from '../stages/read-only-rows.ts';
import { emptyTable, type Table, tableOf } from '../table.ts';
import { tracedTask } from '../traced-task.ts';
import { handsOver } from './hand-over.ts';
import type { ReplicaData } from './messages.ts';
import { type RunTask, racedTask } from './raced-task.ts';
import type { ScaledPool, Scaling } from './scaling.ts';
import { type ThreadPool, threadPool } from './thread-pool.ts';

export interface EmbeddedOptions {
  /** The user's program as a module that worker threads can import; null keeps functions on the event loop. */
  readonly program: string | null;
  /** Replicas of each task on threads. */
  readonly workers: number;
  /** What decides on the number of replicas, for all pipelines of a server. */
  readonly scaling: Scaling;
  /** Rules of the optimizer to switch off, by name. */
  readonly rules: RuleSwitches;
  readonly graceMs: number;
  /** Whether a stage that changes a row it was given fails. */
  readonly freezeRows: boolean;
  readonly clock: Clock;
  readonly onCrash: (reason: FlowError, restartInMs: number) => void;
  readonly onOutput: (line: OutputLine) => void;
}

/** A task ready to run. */
interface RunningTask {
  readonly task: Task;
  readonly run: Region;
  /** One for each replica by its number, also of those that have gone: who comes in the place of one counts on. */
  readonly counters: readonly Counters[];
  readonly pool: ThreadPool | undefined;
  readonly bounds: ReplicaBounds;
  /** What is counted here of its races, whose replicas know nothing of them. */
  readonly raceCounters?: Counters;
  /** The branch that holds all its steps. */
  readonly branch: number | null;
}

/** Runs one pipeline in this process: tasks on the event loop and on worker threads. */
export class EmbeddedRuntime {
  readonly plan: PhysicalPlan;
  /** What can be scaled: the tasks on threads, and the stages of the loop that have replicas. */
  readonly pools: readonly ScalablePool[];
  readonly #tasks: readonly RunningTask[];
  readonly #loaded: ReadonlyMap<string, LoadedStage>;
  readonly #builtIn: readonly BuiltInStage[];
  readonly #branches: Branches;
  /** The one task of a pipeline that runs on the event loop as a whole. */
  readonly #whole: Region | undefined;
  /** Pools whose replicas may become more. */
  readonly #scaled: readonly ScaledPool[];
  readonly #scaling: Scaling | undefined;
  readonly #leaveScaling: () => void;

  private constructor(
    plan: PhysicalPlan,
    tasks: readonly RunningTask[],
    loaded: ReadonlyMap<string, LoadedStage>,
    scaling: Scaling,
    { targetMs, free }: { readonly targetMs: number; readonly free: () => void },
  ) {
    this.plan = plan;
    this.#tasks = tasks;
    this.#loaded = loaded;
    this.#builtIn = [...loaded.values()].flatMap(({ builtIn }) => builtIn ?? []);
    this.pools = [...tasks, ...this.#builtIn].flatMap(({ pool }) => pool ?? []);
    this.#branches = branchesOf(plan);
    const [first] = tasks;
    this.#whole = tasks.length === 1 && first?.pool === undefined ? first?.run : undefined;
    const scaled = scaledPools(tasks, loaded, targetMs);
    this.#scaled = scaled.filter(({ bounds: { min, max } }) => min < max);
    this.#scaling = this.#scaled.length === 0 ? undefined : scaling;
    const leave = scaling.add(scaled);
    this.#leaveScaling = () => {
      leave();
      free();
    };
  }

  /** Starts every replica of every task; settles when each `setup` is done, rejects with why one failed. */
  static async start(plan: LogicalPlan, options: EmbeddedOptions): Promise<EmbeddedRuntime> {
    const stages = stagesOf(plan.output);
    const unreachable = [...stages.values()].find((stage) => stage.runsOn === 'thread' && needsUserCode(stage));
    if (unreachable !== undefined && options.program === null) {
      throw new FlowError(
        'CODE_UNREACHABLE',
        `stage "${unreachable.name}" runs on a thread, but the threads do not know which file its function is in`,
      );
    }
    const { physical } = optimize(plan, { codeInThreads: options.program !== null, rules: options.rules });
    const free = reserveResources(physical.tasks, stages, options);
    const loaded = await loadOnLoop(physical, stages, options).catch((error: unknown) => {
      free();
      throw error;
    });
    const tasks = physical.tasks.map((task) =>
      task.place === 'loop'
        ? onLoop(physical, task, loaded, { ...options, stores: storesOf(plan.output) })
        : onThreads(physical, task, stages, options),
    );
    const targetMs = plan.options.latencyTargetMs ?? Number.POSITIVE_INFINITY;
    const runtime = new EmbeddedRuntime(physical, tasks, loaded, options.scaling, { targetMs, free });
    try {
      // One after the other, as each is measured by how much the process grows.
      for (const { pool } of tasks) await pool?.startFirst();
      await Promise.all(tasks.map(({ pool }) => pool?.startOthers()));
    } catch (error) {
      await runtime.abandon(error);
      throw error;
    }
    return runtime;
  }

  /** Whether there may soon be more replicas for what waits. */
  get canGrow(): boolean {
    return this.#scaled.some((scaled) => this.#scaling?.mayGrow(scaled) === true);
  }

  /** Whether every task and every built-in stage of the loop has a replica that takes requests. */
  get isReady(): boolean {
    const isLoopReady = this.#builtIn.every(({ isReady }) => isReady);
    return isLoopReady && this.#tasks.every(({ pool }) => pool === undefined || pool.isReady);
  }

  /** How many requests wait for a replica. */
  get queued(): number {
    return this.#tasks.reduce((total, { pool }) => total + (pool?.queued ?? 0), 0);
  }

  /** The output for a request's rows: a value when nothing on the way is asynchronous. */
  run(rows: readonly AnyRow[], scope: RequestScope): Maybe<Table> {
    this.#scaling?.wake();
    return this.#whole === undefined || scope.trace !== undefined
      ? this.#runTasks(rows, scope)
      : (this.#whole([tableOf(rows)], scope)[0] as Maybe<Table>);
  }

  /** Each task is given its tables there or under way; what it gives can be waited for table by table. */
  #runTasks(rows: readonly AnyRow[], scope: RequestScope): Maybe<Table> {
    const made: Maybe<Table>[] = [tableOf(rows)];
    const races = this.#branches.list.length === 0 ? undefined : new Races(this.#branches, scope, null);
    for (const [table, rows] of made.entries()) races?.made(table, rows);
    for (const running of this.#tasks) {
      const { task, branch } = running;
      const own = races?.scopeOf(branch) ?? scope;
      const reads = task.reads.map((table) => made[table] as Maybe<Table>);
      const run = (): readonly Maybe<Table>[] =>
        own === scope ? running.run(reads, own, races) : givenOrFailing(running, reads, own, races);
      const given = scope.trace === undefined ? run() : tracedTask(task, reads, scope.trace, run);
      task.gives.forEach((table, i) => {
        made[table] = given[i] as Maybe<Table>;
        races?.made(table, given[i] as Maybe<Table>);
      });
    }
    const output = made[this.plan.output] as Maybe<Table>;
    races?.endWith(output);
    return output;
  }

  statistics(): readonly TaskCount[] {
    return this.#tasks.map(({ task, counters, raceCounters }) =>
      readCounters(task, raceCounters === undefined ? counters : [...counters, raceCounters]),
    );
  }

  /** Runs every `teardown` and ends the threads; for when nothing is under way any more. */
  async close(): Promise<void> {
    this.#leaveScaling();
    await Promise.all(this.#tasks.map(({ pool }) => pool?.drain()));
    await closeStages(this.#loaded);
  }

  /** Leaves nothing running, whatever is under way. */
  async abandon(error: unknown): Promise<void> {
    this.#leaveScaling();
    await Promise.all(this.#tasks.map(({ pool }) => pool?.terminate(error)));
    await closeStages(this.#loaded).catch(() => {});
  }
}

/** Also those whose numbers are fixed: they have their share of what there is. */
function scaledPools(tasks: readonly RunningTask[], loaded: ReadonlyMap<string, LoadedStage>, targetMs: number): readonly ScaledPool[] {
  const ofTasks = tasks.map(({ pool, bounds, task: { resource } }) => ({ pool, bounds, resource }));
  const ofStages = [...loaded.values()].map(({ builtIn, spec: { replicas, resource } }) => ({
    pool: builtIn?.pool,
    bounds: replicas ?? fixedAt(builtIn?.pool),
    resource,
  }));
  return [...ofTasks, ...ofStages].flatMap(({ pool, ...rest }) => (pool === undefined ? [] : [{ pool, ...rest, targetMs }]));
}
const ONE: ReplicaBounds = { min: 1, max: 1 };

function fixedAt(pool: ScalablePool | undefined): ReplicaBounds {
  const replicas = pool?.replicas ?? 1;
  return { min: replicas, max: replicas };
}

/** Who does not say has as many as there are workers, or up to as many as there are of the resource. */
function boundsOf({ replicas, resource }: Pick<StageSpec, 'replicas' | 'resource'>, { workers, scaling }: EmbeddedOptions): ReplicaBounds {
  if (replicas !== undefined) return replicas;
  return resource === undefined ? { min: workers, max: workers } : { min: 1, max: Math.max(1, scaling.countOf(resource)) };
}

/** Sets apart what the least replicas occupy, before any is started. */
function reserveResources(tasks: readonly Task[], stages: ReadonlyMap<string, StageSpec>, options: EmbeddedOptions): () => void {
  const inProcesses = [...stages.values()].filter(({ implementation }) => implementation.kind === 'python');
  const freed: (() => void)[] = [];
  const free = (): void => {
    for (const each of freed.splice(0)) each();
  };
  try {
    for (const each of [...tasks, ...inProcesses]) {
      if (each.resource === undefined) continue;
      const where = 'number' in each ? `task ${each.number}` : `stage "${each.name}"`;
      freed.push(options.scaling.reserve(each.resource, boundsOf(each, options).min, where));
    }
  } catch (error) {
    free();
    throw error;
  }
  return free;
}

/** An alternative that fails does not fail its request, as another may still be there. */
function givenOrFailing({ task, run }: RunningTask, ...given: Parameters<Region>): readonly Maybe<Table>[] {
  try {
    return run(...given);
  } catch (error) {
    return task.gives.map(() => failing(error));
  }
}

/** A task whose tables are all empty has nothing to do, so no worker is troubled, unless it counts them. */
function throughPool(task: Task, runOnce: RunTask): Region {
  const countsNone = task.steps.some(makesRowsOfNone);
  const runThere = (tables: readonly Table[], scope: RequestScope): Maybe<readonly Table[]> => {
    scope.throwIfEnded();
    if (!countsNone && tables.every(({ rows }) => rows.length === 0)) return task.gives.map(() => emptyTable);
    const given = runOnce(tables, scope);
    scope.nowMs = 0;
    return given;
  };
  const isOne = task.gives.length === 1;
  return (reads, scope) => {
    if (isOne) return [onceThere(reads, (tables) => andThen(runThere(tables, scope), first))];
    const given = onceThere(reads, (tables) => runThere(tables, scope));
    return task.gives.map((_, i) => andThenQuietly(given, (tables) => tables[i] as Table));
  };
}

function first(tables: readonly Table[]): Table {
  return tables[0] as Table;
}

function loadOnLoop(
  plan: PhysicalPlan,
  stages: ReadonlyMap<string, StageSpec>,
  options: EmbeddedOptions,
): Promise<ReadonlyMap<string, LoadedStage>> {
  const named = specsOf(new Set(plan.tasks.filter(({ place }) => place === 'loop').flatMap(stageNames)), stages);
  const specs = named.map((spec) => withBoundedTeardown(withReplicas(spec, options), options));
  return loadStages(options.freezeRows ? specs.map(withReadOnlyRows) : specs, { index: 0 }, { ...plainContext, ...options });
}

/** A stage whose processes occupy a resource has as many as there are of it, whatever the workers. */
function withReplicas(spec: StageSpec, options: EmbeddedOptions): StageSpec {
  const { implementation, resource } = spec;
  if (implementation.kind !== 'python' || resource === undefined) return spec;
  const replicas = boundsOf(spec, options);
  return { ...spec, replicas, implementation: { ...implementation, replicas: replicas.min } };
}

function specsOf(names: Iterable<string>, stages: ReadonlyMap<string, StageSpec>): readonly StageSpec[] {
  return [...names].map((name) => stages.get(name)).filter((stage) => stage !== undefined);
}

function onLoop(plan: PhysicalPlan, task: Task, loaded: ReadonlyMap<string, LoadedStage>, { clock, stores }: LoopOptions): RunningTask {
  const counters = createCounters(task);
  const run = compileRegion(plan, task, { stages: loaded, counters, clock, stores });
  return { task, counters: [counters], pool: undefined, bounds: ONE, run, branch: branchOf(plan, task) };
}

interface LoopOptions extends EmbeddedOptions {
  readonly stores: ReadonlyMap<string, StoreSpec>;
}

function onThreads(plan: PhysicalPlan, task: Task, stages: ReadonlyMap<string, StageSpec>, options: EmbeddedOptions): RunningTask {
  const specs = specsOf(stageNames(task), stages);
  if (specs.some(({ implementation }) => implementation.kind === 'onnx')) keepModelsPrivate();
  const portable = portablePlan(plan);
  const bounds = boundsOf(task, options);
  const counters: Counters[] = [];
  const dataOf = (replica: number): ReplicaData => {
    const own = counters[replica] ?? createCounters(task);
    counters[replica] = own;
    const builtIn = options.program === null ? specs : [];
    return { plan: portable, task: task.number, replica, counters: own, program: options.program, freezeRows: options.freezeRows, builtIn };
  };
  const pool = threadPool({
    name: `task ${task.number}`,
    dataOf,
    replicas: bounds.min,
    ongoingPerReplica: ongoingPerReplica(specs),
    graceMs: options.graceMs,
    // Each copy needs the memory.
    handsOver: raceOfTask(task) === undefined && handsOver(plan, task),
    mayRepeat: !specs.some(({ effects }) => effects),
    threads: Math.max(1, ...specs.map(({ implementation }) => (implementation.kind === 'onnx' ? implementation.threads : 1))),
    clock: options.clock,
    onCrash: options.onCrash,
    onOutput: options.onOutput,
  });
  const raceCounters = createCounters(task);
  const branch = branchOf(plan, task);
  const { clock } = options;
  const runOnce = racedTask({ task, specs, pool, clock, counters: raceCounters, isAlternative: branch !== null });
  return { task, counters, pool, bounds, raceCounters, run: throughPool(task, runOnce), branch };
}

function branchOf(plan: PhysicalPlan, task: Task): number | null {
  return branchOfAll(
    branchesOf(plan),
    task.steps.map(({ output }) => output),
  );
}

/** onnxruntime would report its use over the network. Who wants that sets the variable; it is read when a model loads, in any thread. */
function keepModelsPrivate(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}

/**
 * Two, so that a worker finds its next request waiting while the answer of the last one travels; more where a batch
 * function could take rows of several requests at once.
 */
function ongoingPerReplica(stages: readonly StageSpec[]): number {
  const batches = stages.filter(({ implementation }) => implementation.kind === 'batch').map(({ maxBatch }) => maxBatch);
  return Math.min(MAX_ONGOING_PER_REPLICA, Math.max(2, ...batches));
}
const MAX_ONGOING_PER_REPLICA = 32;
