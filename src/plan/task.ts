import type { Schema } from '../schema/column.ts';
import { pickColumns } from './complete.ts';
import type { Agg, Gather, Join, JoinOn, Lookup } from './node.ts';
import { printRace, type Race, strongestRace } from './race.ts';
import type { Place, ReplicaBounds } from './stage.ts';

/** A table of one request, by its number in the physical plan; 0 holds the rows of the request. */
export type TableNumber = number;

/** One verb over tables: a node of the logical plan with numbers for its inputs and names for its stages and store. */
export type Step = { readonly output: TableNumber } & (
  | { readonly op: 'map'; readonly input: TableNumber; readonly stages: readonly string[] }
  | { readonly op: 'derive' | 'flatMap' | 'filter'; readonly input: TableNumber; readonly stage: string }
  | { readonly op: 'groupFilter' | 'groupMap'; readonly input: TableNumber; readonly keys: readonly string[]; readonly stage: string }
  | { readonly op: 'select'; readonly input: TableNumber; readonly names: readonly string[] }
  | { readonly op: 'rename'; readonly input: TableNumber; readonly names: Readonly<Record<string, string>> }
  | ({ readonly op: 'agg'; readonly input: TableNumber } & Pick<Agg, 'keys' | 'aggregates'>)
  | ({ readonly op: 'lookup'; readonly input: TableNumber; readonly store: string } & Pick<Lookup, 'key' | 'as' | 'missing'>)
  | ({ readonly op: 'join'; readonly left: TableNumber; readonly right: TableNumber } & Pick<Join, 'how' | 'as'>)
  | ({ readonly op: 'joinOn'; readonly left: TableNumber; readonly right: TableNumber } & Pick<JoinOn, 'how' | 'as' | 'on'>)
  | ({ readonly op: 'gather'; readonly input: TableNumber; readonly parent: TableNumber } & Pick<Gather, 'aggregates'>)
  /** By identity: its inputs stand for the same rows, so that the rows of each come together; else one input after another. */
  | { readonly op: 'union'; readonly inputs: readonly TableNumber[]; readonly byIdentity: boolean }
  | { readonly op: 'anyOf'; readonly inputs: readonly TableNumber[] }
);

/** A region of the graph that runs in one place. */
export interface Task {
  readonly number: number;
  readonly place: Place;
  /** Part of its place: what each of its threads occupies one of. */
  readonly resource?: string | undefined;
  /** On how many threads; undefined for as many as the deployment has workers. */
  readonly replicas?: ReplicaBounds | undefined;
  /** Each after those whose tables it reads. */
  readonly steps: readonly Step[];
  /** Tables made elsewhere that its steps read. */
  readonly reads: readonly TableNumber[];
  /** Tables its steps make that are read elsewhere. */
  readonly gives: readonly TableNumber[];
  /** The columns that travel of tables that it reads or gives, where these are not all of the table's. */
  readonly carries?: Readonly<Record<TableNumber, readonly string[]>>;
  /** Stages whose calls are raced; on threads the whole task is, on another replica. */
  readonly races?: Readonly<Record<string, Race>>;
}

/** What runs: tasks over numbered tables. Data alone, so that a worker in another thread or process can be given its part. */
export interface PhysicalPlan {
  readonly pipeline: string;
  /** The columns of each table, by number. */
  readonly tables: readonly Schema[];
  /** Each after those whose tables it reads. */
  readonly tasks: readonly Task[];
  readonly output: TableNumber;
}

/** The tables that a step reads, left to right. */
export function inputsOf(step: Step): readonly TableNumber[] {
  switch (step.op) {
    case 'map':
    case 'derive':
    case 'flatMap':
    case 'filter':
    case 'groupFilter':
    case 'groupMap':
    case 'select':
    case 'rename':
    case 'agg':
    case 'lookup':
      return [step.input];
    case 'join':
    case 'joinOn':
      return [step.left, step.right];
    case 'gather':
      return [step.input, step.parent];
    case 'union':
    case 'anyOf':
      return step.inputs;
  }
}

/** `derive small`: a step as it is named in plans and statistics. */
export function printStep(step: Step): string {
  switch (step.op) {
    case 'map':
      return `map ${step.stages.join(' → ')}`;
    case 'derive':
    case 'flatMap':
    case 'filter':
      return `${step.op} ${step.stage}`;
    case 'groupFilter':
    case 'groupMap':
      return `${step.op === 'groupFilter' ? 'filter' : 'map'} ${step.stage} by ${step.keys.join(', ')}`;
    case 'select':
      return `select ${step.names.join(', ')}`;
    case 'rename':
      return `rename ${Object.values(step.names).join(', ')}`;
    case 'agg':
      return `agg ${Object.keys(step.aggregates).join(', ')}${step.keys.length === 0 ? '' : ` by ${step.keys.join(', ')}`}`;
    case 'lookup':
      return `lookup ${step.as} in ${step.store}`;
    case 'join':
      return `join ${step.how}${printAs(step.as)}`;
    case 'joinOn':
      return `join ${step.how} on ${step.on.join(', ')}${printAs(step.as)}`;
    case 'gather':
      return `gather ${Object.keys(step.aggregates).join(', ')}`;
    case 'union':
      return 'union';
    case 'anyOf':
      return 'any of';
  }
}

/** Whether a step gives rows where all it reads are empty tables: an aggregate over all rows does. */
export function makesRowsOfNone(step: Step): boolean {
  return step.op === 'agg' && step.keys.length === 0;
}

function printAs(as: string | null): string {
  return as === null ? '' : ` as ${as}`;
}

/** The names of the stages that a step calls, in order. */
export function stageNamesIn(step: Step): readonly string[] {
  if (step.op === 'map') return step.stages;
  return 'stage' in step ? [step.stage] : [];
}

/** The names of the stages that a task calls, each once. */
export function stageNames(task: Task): readonly string[] {
  return [...new Set(task.steps.flatMap(stageNamesIn))];
}

/** The columns of a table that travel to or from a task. */
export function carriedColumns({ tables }: PhysicalPlan, { carries }: Task, table: TableNumber): Schema {
  const columns = tables[table] ?? {};
  const names = carries?.[table];
  return names === undefined ? columns : pickColumns(columns, names);
}

/** How a task on threads is raced as a whole: its stages can only run again together. */
export function raceOfTask({ place, races = {} }: Task): Race | undefined {
  return place === 'thread' ? strongestRace(Object.values(races)) : undefined;
}

/** The stage that asks for the race of its task, by which that is counted. */
export function racedStageOf(task: Task): string | undefined {
  const race = raceOfTask(task);
  return Object.entries(task.races ?? {}).find(([, asked]) => asked === race)?.[0];
}

/** The tasks of a plan: where each runs, what it takes and gives where that travels, and its steps, a line each. */
export function printTasks(plan: PhysicalPlan, replicas: number): string {
  return plan.tasks.flatMap((task) => printTask(plan, task, replicas)).join('\n');
}

function printTask(plan: PhysicalPlan, task: Task, replicas: number): readonly string[] {
  const { number, place, steps } = task;
  const lines = steps.map((step) => `  ${printStep(step)}`);
  if (place === 'loop') return [`task ${number} on the event loop${printRaces(task)}`, ...lines];
  const namesOf = (tables: readonly TableNumber[]): string =>
    tables.map((table) => Object.keys(carriedColumns(plan, task, table)).join(', ') || 'nothing but which rows').join('; ');
  const travels = `takes ${namesOf(task.reads)}, gives ${namesOf(task.gives)}`;
  const race = raceOfTask(task);
  const raced = race === undefined ? '' : `, each request ${printRace(race)}`;
  return [`task ${number} on ${printThreads(task, replicas)}${raced}: ${travels}`, ...lines];
}

/** On the event loop a call that is done at once leaves nothing to race. */
function printRaces({ races = {} }: Task): string {
  const printed = Object.entries(races).map(([stage, race]) => `${stage} ${printRace(race)}`);
  return printed.length === 0 ? '' : `, calls that wait: ${printed.join(', ')}`;
}

/** `1 to 8 threads of gpu`: where a task runs that is on threads. */
export function printThreads({ replicas, resource }: Pick<Task, 'replicas' | 'resource'>, workers: number): string {
  const { min, max } = replicas ?? { min: workers, max: workers };
  const count = min === max ? String(max) : `${min} to ${max}`;
  return `${count} thread${max === 1 ? '' : 's'}${resource === undefined ? '' : ` of ${resource}`}`;
}

/** Where a task runs: tasks of one place can be one. */
export function placeOf({ place, resource }: Pick<Task, 'place' | 'resource'>): string {
  return resource === undefined ? place : `${place} of ${resource}`;
}
