import { type Branches, branchesOf, branchOfAll } from '../plan/branches.ts';
import type { StoreSpec } from '../plan/store.ts';
import { inputsOf, type PhysicalPlan, type Step, stageNames, type TableNumber, type Task } from '../plan/task.ts';
import type { Clock } from './clock.ts';
import { type Counters, countStep, stageMeter } from './counters.ts';
import { andThenQuietly, failing, isPromise, type Maybe, onceThere } from './maybe.ts';
import { type Operator, operatorOf } from './operators/operator.ts';
import { firstOf, Races } from './races.ts';
import { type RaceMeter, Racer } from './racing.ts';
import type { RequestScope } from './request-scope.ts';
import type { LoadedStage } from './stages/load-stage.ts';
import { createRunner, type Runner } from './stages/runner.ts';
import { Turns } from './stages/turns.ts';
import type { Table } from './table.ts';

/**
 * A compiled task: from the tables it reads, there or under way, to the tables it gives, each in the order of the task.
 * The scope is that of the branch that holds the whole task; the races are those of its request, where others run too.
 */
export type Region = (reads: readonly Maybe<Table>[], scope: RequestScope, races?: Races) => readonly Maybe<Table>[];

interface RegionOptions {
  readonly stages: ReadonlyMap<string, LoadedStage>;
  readonly counters: Counters;
  readonly clock: Clock;
  /** Those that its lookups look into; none on a thread. */
  readonly stores?: ReadonlyMap<string, StoreSpec>;
}

/**
 * Compiles a task into a closure over numbered slots, one for each table. Its steps run in order, straight through while
 * they are synchronous: no promise is made, nothing is looked up. From the first that waits on, each step starts when its tables
 * are there, so branches overlap where they can.
 */
export function compileRegion(plan: PhysicalPlan, task: Task, options: RegionOptions): Region {
  const branches = branchesOf(plan);
  const compiled = compileTask(plan, task, branches, options);
  const { steps, root } = compiled;
  if (!steps.some(({ branch, isRace }) => isRace || branch !== root)) return (reads, scope) => straight(compiled, reads, scope);
  return (reads, scope, given) => {
    const races = given ?? new Races(branches, scope, root);
    if (given === undefined) for (const [i, table] of task.reads.entries()) races.made(table, reads[i] as Maybe<Table>);
    return inTurn(compiled, [...reads], { from: 0, scope, races });
  };
}

/** A table each: first those that the task reads, then those that its steps make. Emptied after their last reader. */
type Slots = (Maybe<Table> | undefined)[];

interface CompiledStep {
  readonly index: number;
  readonly table: TableNumber;
  readonly inputs: readonly number[];
  readonly output: number;
  readonly frees: readonly number[];
  readonly run: Operator;
  readonly isRace: boolean;
  readonly branch: number | null;
}

interface CompiledTask {
  readonly steps: readonly CompiledStep[];
  readonly gives: readonly number[];
  readonly counters: Counters;
  /** The branch that holds all its steps. */
  readonly root: number | null;
}

function compileTask(plan: PhysicalPlan, task: Task, branches: Branches, options: RegionOptions): CompiledTask {
  // In the order of the steps, in which they take turns.
  const turns = new Turns();
  const runners = new Map(stageNames(task).map((name) => [name, runnerOf(task, name, turns, options)]));
  const slots = new Map([...task.reads, ...task.steps.map(({ output }) => output)].map((table, slot) => [table, slot]));
  const slotOf = (table: TableNumber): number => {
    const slot = slots.get(table);
    if (slot === undefined) throw new RangeError(`task ${task.number} has no table ${table}`);
    return slot;
  };
  const steps = task.steps.map(
    (step, index): CompiledStep => ({
      index,
      table: step.output,
      inputs: inputsOf(step).map(slotOf),
      output: slotOf(step.output),
      frees: lastReadBy(task, index).map(slotOf),
      run: operatorOf(plan, step, runners, options),
      isRace: step.op === 'anyOf',
      branch: branches.of(step.output),
    }),
  );
  const made = task.steps.map(({ output }) => output);
  return { steps, gives: task.gives.map(slotOf), counters: options.counters, root: branchOfAll(branches, made) };
}

/** The tables that no step after this one reads and nobody else is given: a photo's tensors need not outlive their last reader. */
function lastReadBy({ steps, gives }: Task, index: number): readonly TableNumber[] {
  const later = new Set([...steps.slice(index + 1).flatMap(inputsOf), ...gives]);
  return [...new Set(inputsOf(steps[index] as Step))].filter((number) => !later.has(number));
}

/** One per stage and task: a stage that stands at two places of a plan has one model and one queue. */
function runnerOf(task: Task, name: string, turns: Turns, { stages, counters, clock }: RegionOptions): Runner {
  const loaded = stages.get(name);
  if (loaded === undefined) throw new RangeError(`task ${task.number} has no stage "${name}"`);
  const meter = stageMeter(counters, task, name);
  return createRunner(loaded, { spec: loaded.spec, state: loaded.state, clock, meter, turns, racer: racerOf(task, name, clock, meter) });
}

/** On threads the task is raced as a whole, from outside. */
function racerOf(task: Task, stage: string, clock: Clock, meter: RaceMeter): Racer | undefined {
  const race = task.place === 'loop' ? task.races?.[stage] : undefined;
  return race === undefined ? undefined : new Racer({ race, clock, meter });
}

function straight(task: CompiledTask, reads: readonly Maybe<Table>[], scope: RequestScope): readonly Maybe<Table>[] {
  const slots: Slots = reads.slice();
  for (const table of reads)
    if (isPromise(table)) return isChain(task, reads) ? [straightLater(task, table, scope)] : inTurn(task, slots, { from: 0, scope });
  for (const step of task.steps) {
    scope.throwIfEnded();
    const inputs = tablesOf(step, slots);
    const table = step.run(inputs, scope);
    if (isPromise(table)) {
      slots[step.output] = countedLater(task.counters, step, rowsIn(inputs), table);
      free(step, slots);
      return inTurn(task, slots, { from: step.index + 1, scope });
    }
    countStep(task.counters, step.index, rowsIn(inputs), table.rows.length);
    slots[step.output] = table;
    free(step, slots);
  }
  return givenBy(task, slots);
}

/** With one table to wait for and one to give, no step could start before that one is there, and nobody waits for one in between. */
function isChain({ gives }: CompiledTask, reads: readonly Maybe<Table>[]): boolean {
  return reads.length === 1 && gives.length === 1;
}

function straightLater(task: CompiledTask, read: PromiseLike<Table>, scope: RequestScope): Maybe<Table> {
  return andThenQuietly(read, (table) => {
    scope.nowMs = 0;
    return straight(task, [table], scope)[0] as Maybe<Table>;
  });
}

function givenBy({ gives }: CompiledTask, slots: Slots): readonly Maybe<Table>[] {
  const [only] = gives;
  return gives.length === 1 ? [slots[only as number] as Maybe<Table>] : gives.map((slot) => slots[slot] as Maybe<Table>);
}

/** Most steps read one table. */
function tablesOf({ inputs }: CompiledStep, slots: Slots): readonly Table[] {
  const [only] = inputs;
  return (inputs.length === 1 ? [slots[only as number]] : inputs.map((slot) => slots[slot])) as readonly Table[];
}

function free({ frees }: CompiledStep, slots: Slots): void {
  for (let i = 0; i < frees.length; i++) slots[frees[i] as number] = undefined;
}

function rowsIn(tables: readonly Table[]): number {
  return tables[0]?.rows.length ?? 0;
}

function countedLater(counters: Counters, { index }: CompiledStep, given: number, later: PromiseLike<Table>): PromiseLike<Table> {
  const counted = later.then((table) => {
    countStep(counters, index, given, table.rows.length);
    return table;
  });
  // Whoever waits for it hears of a failure.
  counted.then(undefined, () => {});
  return counted;
}

interface Turn {
  readonly from: number;
  readonly scope: RequestScope;
  readonly races?: Races;
}

/** Starts the steps from one on, each as soon as its tables are there. */
function inTurn(task: CompiledTask, slots: Slots, turn: Turn): readonly Maybe<Table>[] {
  for (let i = turn.from; i < task.steps.length; i++) {
    const step = task.steps[i] as CompiledStep;
    const table = start(task, step, slots, turn);
    slots[step.output] = table;
    turn.races?.made(step.table, table);
    free(step, slots);
  }
  return givenBy(task, slots);
}

/** An alternative that fails does not fail its request, as another may still be there. */
function start(task: CompiledTask, step: CompiledStep, slots: Slots, { scope, races }: Turn): Maybe<Table> {
  const own = races?.scopeOf(step.branch) ?? scope;
  const inputs = step.inputs.map((slot) => slots[slot] as Maybe<Table>);
  const run = (tables: readonly Table[]): Maybe<Table> => {
    own.throwIfEnded();
    own.nowMs = 0;
    const table = step.run(tables, own);
    if (isPromise(table)) return countedLater(task.counters, step, rowsIn(tables), table);
    countStep(task.counters, step.index, rowsIn(tables), table.rows.length);
    return table;
  };
  try {
    return onceThere(step.isRace ? [firstOf(inputs)] : inputs, run);
  } catch (error) {
    if (own === scope) throw error;
    return failing(error);
  }
}
