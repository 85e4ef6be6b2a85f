import type { Schema } from '../schema/column.ts';
import type { Aggregate } from './aggregate.ts';
import type { JoinKind } from './node.ts';
import type { Place } from './stage.ts';

/** A table of one request, by its number in the physical plan; 0 holds the rows of the request. */
export type TableNumber = number;

/** One verb over tables: a node of the logical plan with numbers for its inputs and a name for its stage. */
export type Step = { readonly output: TableNumber } & (
  | { readonly op: 'map' | 'derive' | 'flatMap' | 'filter'; readonly input: TableNumber; readonly stage: string }
  | { readonly op: 'select'; readonly input: TableNumber; readonly names: readonly string[] }
  | { readonly op: 'rename'; readonly input: TableNumber; readonly names: Readonly<Record<string, string>> }
  | { readonly op: 'join'; readonly left: TableNumber; readonly right: TableNumber; readonly how: JoinKind; readonly as: string | null }
  | {
      readonly op: 'gather';
      readonly input: TableNumber;
      readonly parent: TableNumber;
      readonly aggregates: Readonly<Record<string, Aggregate>>;
    }
);

/** A region of the graph that runs in one place. */
export interface Task {
  readonly number: number;
  readonly place: Place;
  /** Each after those whose tables it reads. */
  readonly steps: readonly Step[];
  /** Tables made elsewhere that its steps read. */
  readonly reads: readonly TableNumber[];
  /** Tables its steps make that are read elsewhere. */
  readonly gives: readonly TableNumber[];
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
    case 'select':
    case 'rename':
      return [step.input];
    case 'join':
      return [step.left, step.right];
    case 'gather':
      return [step.input, step.parent];
  }
}

/** `derive small`: a step as it is named in plans and statistics. */
export function printStep(step: Step): string {
  switch (step.op) {
    case 'map':
    case 'derive':
    case 'flatMap':
    case 'filter':
      return `${step.op} ${step.stage}`;
    case 'select':
      return `select ${step.names.join(', ')}`;
    case 'rename':
      return `rename ${Object.values(step.names).join(', ')}`;
    case 'join':
      return `join ${step.how}${step.as === null ? '' : ` as ${step.as}`}`;
    case 'gather':
      return `gather ${Object.keys(step.aggregates).join(', ')}`;
  }
}

/** The names of the stages that a task calls, each once. */
export function stageNames(task: Task): readonly string[] {
  return [...new Set(task.steps.flatMap((step) => ('stage' in step ? [step.stage] : [])))];
}

/** The tasks of a plan, a line each: `task 1 on ×2 threads: decode → detect`. */
export function printTasks(plan: PhysicalPlan, replicas: number): string {
  return plan.tasks
    .map(
      ({ number, place, steps }) =>
        `task ${number} on ${place === 'loop' ? 'the event loop' : `${replicas} thread${replicas === 1 ? '' : 's'}`}: ${steps.map(printStep).join(' → ')}`,
    )
    .join('\n');
}
