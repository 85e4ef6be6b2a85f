import { type PhysicalPlan, placeOf, type Task } from '../../../plan/task.ts';
import { connectTasks } from '../../connect-tasks.ts';
import type { PhysicalRule } from '../../rule.ts';
import { type TaskGraph, taskGraph } from '../../task-graph.ts';

/**
 * Task a ─▶ Task b, of one place  →  Task a → b
 *
 * Chains, branches with their joins and whole pipelines run as one: no hop between their steps. Source: operator fusion, Cloudflow
 * (arXiv 2007.05832), there of chains.
 * Not across places, of which the resource is a part.
 * Not two stages on threads that say otherwise how many replicas they have; what says nothing goes with the one before it, else after it.
 * Not where tasks would wait for each other in a circle: the level of a task counts the changes of place on the longest way to it,
 * and a region has connected tasks of one place and level.
 */
export const fuseRegions: PhysicalRule = {
  name: 'fuse-regions',
  apply(plan) {
    const graph = taskGraph(plan);
    const groups = groupsOf(plan, graph);
    const regions = regionsOf(plan, graph, groups);
    if (regions.length === plan.tasks.length) return plan;
    return connectTasks(
      plan,
      regions.map((tasks) => ({ ...whereOf(tasks), steps: tasks.flatMap(({ steps }) => steps) })),
    );
  },
};

function whereOf(tasks: readonly Task[]): Pick<Task, 'place' | 'resource' | 'replicas'> {
  const { place, resource } = tasks[0] as Task;
  return { place, resource, replicas: tasks.find(({ replicas }) => replicas !== undefined)?.replicas };
}

/** Tasks of one group can be one region: they run in one place, on as many threads. */
function groupsOf({ tasks }: PhysicalPlan, { above, below }: TaskGraph): ReadonlyMap<Task, string> {
  const bounds = new Map(tasks.map((task) => [task, task.replicas]));
  const follow = (ordered: readonly Task[], next: (task: Task) => readonly Task[]): void => {
    for (const task of ordered) {
      const neighbour = next(task).find((other) => placeOf(other) === placeOf(task) && bounds.get(other) !== undefined);
      if (bounds.get(task) === undefined && neighbour !== undefined) bounds.set(task, bounds.get(neighbour));
    }
  };
  follow(tasks, above);
  follow([...tasks].reverse(), below);
  return new Map(tasks.map((task) => [task, `${placeOf(task)} ${JSON.stringify(bounds.get(task))}`]));
}

function levelsOf({ tasks }: PhysicalPlan, { above }: TaskGraph, groups: ReadonlyMap<Task, string>): ReadonlyMap<Task, number> {
  const levels = new Map<Task, number>();
  for (const task of tasks) {
    levels.set(
      task,
      Math.max(0, ...above(task).map((other) => (levels.get(other) ?? 0) + (groups.get(other) === groups.get(task) ? 0 : 1))),
    );
  }
  return levels;
}

/** Connected tasks of one group and level, in the order of their levels and within them of the plan. */
function regionsOf(plan: PhysicalPlan, graph: TaskGraph, groups: ReadonlyMap<Task, string>): readonly (readonly Task[])[] {
  const { tasks } = plan;
  const levels = levelsOf(plan, graph, groups);
  const regionOf = new Map<Task, ReadonlySet<Task>>();
  for (const task of tasks) {
    const fused = graph.above(task).filter((other) => groups.get(other) === groups.get(task) && levels.get(other) === levels.get(task));
    const region = new Set([...fused.flatMap((other) => [...(regionOf.get(other) ?? [])]), task]);
    for (const member of region) regionOf.set(member, region);
  }
  const inPlanOrder = [...new Set(regionOf.values())].map((region) => tasks.filter((task) => region.has(task)));
  const rank = ([first]: readonly Task[]): number =>
    first === undefined ? 0 : (levels.get(first) ?? 0) * tasks.length + tasks.indexOf(first);
  return inPlanOrder.sort((a, b) => rank(a) - rank(b));
}
