import { buildsRows } from '../../../plan/complete.ts';
import type { PlanNode } from '../../../plan/node.ts';
import { inputsOf, type PhysicalPlan, type TableNumber, type Task } from '../../../plan/task.ts';
import { type Names, neededColumns, needsOf } from '../../needs.ts';
import type { PhysicalContext, PhysicalRule } from '../../rule.ts';

/**
 * Task(thread) takes [a, b, c]  →  Task(thread) takes [a, b]      when it does not read c
 *
 * Only what is read travels: a photo is not sent along with its label. Source: projection pushdown, across places.
 * Not within a place, where rows are handed on as they are.
 */
export const pruneTransfers: PhysicalRule = {
  name: 'prune-transfers',
  apply(plan, context) {
    const readsOf = readers(plan, context);
    const tasks = plan.tasks.map((task): Task => {
      if (task.place === 'loop') return task;
      const carries = { ...fewer(plan, task.reads, (table) => readsOf(table, (reader) => reader === task)), ...given(plan, task, readsOf) };
      return Object.keys(carries).length === 0 ? task : { ...task, carries };
    });
    return tasks.every((task, i) => task === plan.tasks[i]) ? plan : { ...plan, tasks };
  },
};

type ReadsOf = (table: TableNumber, isCounted: (task: Task) => boolean) => Names;

/** The columns of a table that some tasks read. */
function readers({ tasks }: PhysicalPlan, { nodes, root }: PhysicalContext): ReadsOf {
  const needed = neededColumns(root, buildsRows);
  return (table, isCounted) => {
    const steps = tasks.filter(isCounted).flatMap((task) => task.steps);
    const names = steps.flatMap((step) => {
      const node = nodes.get(step.output) as PlanNode;
      const needs = needsOf(node, needed.get(node) ?? new Set());
      return inputsOf(step).flatMap((input, i) => (input === table ? [...(needs[i] ?? [])] : []));
    });
    return new Set(names);
  };
}

/** The answer travels whole. */
function given(plan: PhysicalPlan, task: Task, readsOf: ReadsOf): Readonly<Record<TableNumber, readonly string[]>> {
  const others = task.gives.filter((table) => table !== plan.output);
  return fewer(plan, others, (table) => readsOf(table, (reader) => reader !== task));
}

/** The tables of which not every column is read, with those that are. */
function fewer(
  { tables }: PhysicalPlan,
  candidates: readonly TableNumber[],
  readOf: (table: TableNumber) => Names,
): Readonly<Record<TableNumber, readonly string[]>> {
  const entries = candidates.flatMap((table) => {
    const names = Object.keys(tables[table] ?? {});
    const read = readOf(table);
    const kept = names.filter((name) => read.has(name));
    return kept.length === names.length ? [] : [[table, kept] as const];
  });
  return Object.fromEntries(entries);
}
