import { inputsOf, type PhysicalPlan, type Step, type Task } from '../plan/task.ts';

/** A task before it is known what it reads and gives. */
export interface TaskDraft {
  readonly place: Task['place'];
  readonly resource?: Task['resource'];
  readonly replicas?: Task['replicas'];
  readonly steps: readonly Step[];
}

/** The plan of some tasks, each with its number, the tables that it reads from others and those that others read from it. */
export function connectTasks(plan: Omit<PhysicalPlan, 'tasks'>, drafts: readonly TaskDraft[]): PhysicalPlan {
  const readers = new Map<number, Set<TaskDraft>>();
  for (const draft of drafts) {
    for (const table of draft.steps.flatMap(inputsOf)) readers.set(table, (readers.get(table) ?? new Set()).add(draft));
  }
  const tasks = drafts.map((draft, i): Task => {
    const made = draft.steps.map(({ output }) => output);
    const isReadElsewhere = (table: number): boolean => [...(readers.get(table) ?? [])].some((reader) => reader !== draft);
    return {
      number: i + 1,
      place: draft.place,
      ...(draft.resource === undefined ? {} : { resource: draft.resource }),
      ...(draft.replicas === undefined ? {} : { replicas: draft.replicas }),
      steps: draft.steps,
      reads: [...new Set(draft.steps.flatMap(inputsOf))].filter((table) => !made.includes(table)),
      gives: made.filter((table) => table === plan.output || isReadElsewhere(table)),
    };
  });
  return { ...plan, tasks };
}
