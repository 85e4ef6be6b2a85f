import type { PhysicalPlan, TableNumber, Task } from '../../plan/task.ts';

/**
 * Whether what a request has received from threads may be handed over to this task, not copied: nothing else will read it. That is so
 * when all tables that tasks have given, other than those made from what this task gives, are read by it or by tasks that are
 * done before it starts. Without an anyOf: an alternative that has lost may still be reading.
 */
export function handsOver(plan: PhysicalPlan, task: Task): boolean {
  if (plan.tasks.some(({ steps }) => steps.some(({ op }) => op === 'anyOf'))) return false;
  const before = related(plan, task, (other, one) => other.gives.some((table) => one.reads.includes(table)));
  const after = related(plan, task, (other, one) => other.reads.some((table) => one.gives.includes(table)));
  const readers = (table: TableNumber): readonly (Task | null)[] => [
    ...plan.tasks.filter(({ reads }) => reads.includes(table)),
    ...(plan.output === table ? [null] : []),
  ];
  const others = plan.tasks.filter((other) => other !== task && !after.has(other)).flatMap(({ gives }) => gives);
  return others.every((table) => readers(table).every((reader) => reader === task || (reader !== null && before.has(reader))));
}

/** Those that a task follows from step by step. */
function related(plan: PhysicalPlan, task: Task, isNext: (other: Task, one: Task) => boolean): ReadonlySet<Task> {
  const found = new Set<Task>();
  const visit = (one: Task): void => {
    for (const other of plan.tasks) {
      if (found.has(other) || !isNext(other, one)) continue;
      found.add(other);
      visit(other);
    }
  };
  visit(task);
  return found;
}
