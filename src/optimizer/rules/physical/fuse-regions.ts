import type { PhysicalPlan, Task } from '../../../plan/task.ts';
import { connectTasks } from '../../connect-tasks.ts';
import type { PhysicalRule } from '../../rule.ts';
import { type TaskGraph, taskGraph } from '../../task-graph.ts';

/**
 * Task a ─▶ Task b, of one place  →  Task a → b
 *
 * Chains, branches with their joins and whole pipelines run as one: no hop between their steps. Source: operator fusion, Cloudflow
 * (arXiv 2007.05832), there of chains.
 * Not across places.
 * Not where tasks would wait for each other in a circle: the level of a task counts the changes of place on the longest way to it,
 * and a region has connected tasks of one place and level.
 */
export const fuseRegions: PhysicalRule = {
  name: 'fuse-regions',
  apply(plan) {
    const graph = taskGraph(plan);
    const regions = regionsOf(plan, graph, levelsOf(plan, graph));
    if (regions.length === plan.tasks.length) return plan;
    return connectTasks(
      plan,
      regions.map((tasks) => ({ place: (tasks[0] as Task).place, steps: tasks.flatMap(({ steps }) => steps) })),
    );
  },
};

function levelsOf({ tasks }: PhysicalPlan, { above }: TaskGraph): ReadonlyMap<Task, number> {
  const levels = new Map<Task, number>();
  for (const task of tasks) {
    levels.set(task, Math.max(0, ...above(task).map((other) => (levels.get(other) ?? 0) + (other.place === task.place ? 0 : 1))));
  }
  return levels;
}

/** Connected tasks of one place and level, in the order of their levels and within them of the plan. */
function regionsOf({ tasks }: PhysicalPlan, { above }: TaskGraph, levels: ReadonlyMap<Task, number>): readonly (readonly Task[])[] {
  const regionOf = new Map<Task, ReadonlySet<Task>>();
  for (const task of tasks) {
    const fused = above(task).filter((other) => other.place === task.place && levels.get(other) === levels.get(task));
    const region = new Set([...fused.flatMap((other) => [...(regionOf.get(other) ?? [])]), task]);
    for (const member of region) regionOf.set(member, region);
  }
  const inPlanOrder = [...new Set(regionOf.values())].map((region) => tasks.filter((task) => region.has(task)));
  const rank = ([first]: readonly Task[]): number =>
    first === undefined ? 0 : (levels.get(first) ?? 0) * tasks.length + tasks.indexOf(first);
  return inPlanOrder.sort((a, b) => rank(a) - rank(b));
}
