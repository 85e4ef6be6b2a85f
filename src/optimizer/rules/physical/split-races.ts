import { type Branches, branchesAround, branchesOf } from '../../../plan/branches.ts';
import { inputsOf, type Step, type TableNumber, type Task } from '../../../plan/task.ts';
import { connectTasks, type TaskDraft } from '../../connect-tasks.ts';
import type { PhysicalRule } from '../../rule.ts';

/**
 * Task(thread) of alternatives a and b, of which an anyOf elsewhere takes the first  →  Task a, Task b
 *
 * A task on threads starts when all that it reads is there, and gives all its tables at once, so that alternatives in one task would
 * wait for each other. An anyOf stays on threads with all its alternatives, else it goes to the event loop.
 * Not on the event loop, where each table is given when it is there.
 */
export const splitRaces: PhysicalRule = {
  name: 'split-races',
  apply(plan) {
    const branches = branchesOf(plan);
    if (branches.list.length === 0) return plan;
    const drafts = plan.tasks.flatMap((task) => (task.place === 'loop' ? [task] : split(task, branches)));
    const isSame = drafts.length === plan.tasks.length && drafts.every(({ place }, i) => place === plan.tasks[i]?.place);
    return isSame ? plan : connectTasks(plan, drafts);
  },
};

function split(task: Task, branches: Branches): readonly TaskDraft[] {
  return withoutOpenRaces(task).flatMap((draft) => (draft.place === 'loop' ? [draft] : byBranch(draft, branches)));
}

/** The task in pieces, each after those it reads: what is before an anyOf with alternatives made elsewhere, the anyOf, and what is after. */
function withoutOpenRaces({ place, resource, replicas, steps }: Task): readonly TaskDraft[] {
  const made = new Map(steps.map((step) => [step.output, step]));
  const isOpen = (step: Step): boolean => step.op === 'anyOf' && step.inputs.some((input) => !made.has(input));
  const levels = new Map<TableNumber, number>();
  for (const step of steps) {
    const above = inputsOf(step).map((input) => (levels.get(input) ?? 0) + Number(made.has(input) && isOpen(made.get(input) as Step)));
    levels.set(step.output, Math.max(0, ...above));
  }
  const last = Math.max(0, ...levels.values());
  const pieces = Array.from({ length: last + 1 }, (_, level): readonly TaskDraft[] => {
    const here = steps.filter(({ output }) => levels.get(output) === level);
    return [
      { place, resource, replicas, steps: here.filter((step) => !isOpen(step)) },
      { place: 'loop', steps: here.filter(isOpen) },
    ];
  });
  return pieces.flat().filter((piece) => piece.steps.length > 0);
}

/** Steps of an alternative whose anyOf is elsewhere, in a task of their own; what they share before them. */
function byBranch({ steps, ...where }: TaskDraft, branches: Branches): readonly TaskDraft[] {
  const made = new Set(steps.map(({ output }) => output));
  const groups = new Map<number | null, Step[]>();
  for (const step of steps) {
    const branch = branchesAround(branches, step.output).find((around) => !made.has(branches.list[around]?.race ?? 0)) ?? null;
    groups.set(branch, [...(groups.get(branch) ?? []), step]);
  }
  const depth = (branch: number | null): number => (branch === null ? 0 : 1 + depth(branches.list[branch]?.parent ?? null));
  return [...groups].sort(([a], [b]) => depth(a) - depth(b)).map(([, members]) => ({ ...where, steps: members }));
}
