import type { PlanNode } from '../../src/plan/node.ts';
import { carriedColumns, type PhysicalPlan, type Task } from '../../src/plan/task.ts';
import { stagesOf, storesOf } from '../../src/plan/traverse.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createCounters } from '../../src/runtime/counters.ts';
import { compileRegion } from '../../src/runtime/region.ts';
import { RequestScope } from '../../src/runtime/request-scope.ts';
import { type Table, tableOf, withRows } from '../../src/runtime/table.ts';
import type { AnyRow } from '../../src/schema/column.ts';

/** Runs a physical plan with the stages and stores of its output here, task after task, with just the columns that would travel to and from threads. */
export async function runPhysical(plan: PhysicalPlan, output: PlanNode, rows: readonly AnyRow[]): Promise<readonly AnyRow[]> {
  const loaded = new Map(
    [...stagesOf(output)].map(([name, spec]) => [name, { spec, state: undefined, builtIn: undefined, close: async () => {} }]),
  );
  const tables = new Map<number, Table>([[0, tableOf(rows)]]);
  for (const task of plan.tasks) {
    const region = compileRegion(plan, task, {
      stages: loaded,
      counters: createCounters(task),
      clock: systemClock,
      stores: storesOf(output),
    });
    const reads = task.reads.map((table) => carried(plan, task, table, tables.get(table)));
    const gives = await Promise.all(region(reads, new RequestScope()));
    task.gives.forEach((table, i) => {
      tables.set(table, carried(plan, task, table, gives[i]));
    });
  }
  return tables.get(plan.output)?.rows ?? [];
}

function carried(plan: PhysicalPlan, task: Task, number: number, table: Table | undefined): Table {
  if (table === undefined) throw new RangeError(`task ${task.number} is run before table ${number} is there`);
  if (task.place === 'loop') return table;
  const names = Object.keys(carriedColumns(plan, task, number));
  return withRows(
    table,
    table.rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
  );
}
