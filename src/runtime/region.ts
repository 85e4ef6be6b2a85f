import { inputsOf, type PhysicalPlan, type Step, stageNames, type TableNumber, type Task } from '../plan/task.ts';
import type { Clock } from './clock.ts';
import { type Counters, countStep, stageMeter } from './counters.ts';
import { isPromise, type Maybe, onceThere } from './maybe.ts';
import { operatorOf } from './operators/operator.ts';
import type { RequestScope } from './request-scope.ts';
import type { LoadedStage } from './stages/load-stage.ts';
import { createRunner, type Runner } from './stages/runner.ts';
import type { Table } from './table.ts';

/** A compiled task: from the tables it reads to the tables it gives, each in the order of the task. */
export type Region = (tables: readonly Table[], scope: RequestScope) => Maybe<readonly Table[]>;

interface RegionOptions {
  readonly stages: ReadonlyMap<string, LoadedStage>;
  readonly counters: Counters;
  readonly clock: Clock;
}

/**
 * Compiles a task into a closure. Its steps run in order; one that waits for a promise lets the others go on, so
 * branches overlap where they can, and a region of synchronous stages makes no promise at all.
 */
export function compileRegion(plan: PhysicalPlan, task: Task, options: RegionOptions): Region {
  const runners = new Map(stageNames(task).map((name) => [name, runnerOf(task, name, options)]));
  const steps = task.steps.map((step, i) => ({ ...compileStep(plan, step, i, runners, options.counters), frees: lastReadBy(task, i) }));
  return (tables, scope) => {
    const made = new Map<TableNumber, Maybe<Table>>();
    task.reads.forEach((number, i) => {
      made.set(number, tables[i] as Table);
    });
    for (const { step, inputs, run, frees } of steps) {
      const table = onceThere(
        inputs.map((number) => made.get(number) as Maybe<Table>),
        (there) => {
          scope.throwIfEnded();
          return run(there, scope);
        },
      );
      made.set(step.output, table);
      for (const number of frees) made.delete(number);
    }
    return onceThere(
      task.gives.map((number) => made.get(number) as Maybe<Table>),
      (given) => given,
    );
  };
}

/** The tables that no step after this one reads and nobody else is given: a photo's tensors need not outlive their last reader. */
function lastReadBy({ steps, gives }: Task, index: number): readonly TableNumber[] {
  const later = new Set([...steps.slice(index + 1).flatMap(inputsOf), ...gives]);
  return inputsOf(steps[index] as Step).filter((number) => !later.has(number));
}

/** One per stage and task: a stage that stands at two places of a plan has one model and one queue. */
function runnerOf(task: Task, name: string, { stages, counters, clock }: RegionOptions): Runner {
  const loaded = stages.get(name);
  if (loaded === undefined) throw new RangeError(`task ${task.number} has no stage "${name}"`);
  return createRunner(loaded, { spec: loaded.spec, state: loaded.state, clock, meter: stageMeter(counters, task, name) });
}

interface CompiledStep {
  readonly step: Step;
  readonly inputs: readonly TableNumber[];
  readonly run: (tables: readonly Table[], scope: RequestScope) => Maybe<Table>;
}

function compileStep(
  plan: PhysicalPlan,
  step: Step,
  index: number,
  runners: ReadonlyMap<string, Runner>,
  counters: Counters,
): CompiledStep {
  const run = operatorOf(plan, step, runners);
  const counted = (tables: readonly Table[], scope: RequestScope): Maybe<Table> => {
    const rowsIn = tables[0]?.rows.length ?? 0;
    const finish = (table: Table): Table => {
      countStep(counters, index, rowsIn, table.rows.length);
      return table;
    };
    const table = run(tables, scope);
    return isPromise(table) ? table.then(finish) : finish(table);
  };
  return { step, inputs: inputsOf(step), run: counted };
}
