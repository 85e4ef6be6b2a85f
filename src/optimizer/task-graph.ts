import type { PhysicalPlan, Task } from '../plan/task.ts';

/** Which tasks are read by which. */
export interface TaskGraph {
  /** The tasks whose tables a task reads. */
  above(task: Task): readonly Task[];
  /** The tasks that read its tables. */
  below(task: Task): readonly Task[];
}

export function taskGraph({ tasks }: PhysicalPlan): TaskGraph {
  const makers = new Map(tasks.flatMap((task) => task.gives.map((table) => [table, task] as const)));
  const above = new Map(tasks.map((task) => [task, unique(task.reads.flatMap((table) => makers.get(table) ?? []))]));
  const below = new Map<Task, Task[]>(tasks.map((task) => [task, []]));
  for (const task of tasks) for (const maker of above.get(task) ?? []) below.get(maker)?.push(task);
  return { above: (task) => above.get(task) ?? [], below: (task) => below.get(task) ?? [] };
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
