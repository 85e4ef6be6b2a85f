import type { Place } from '../../../plan/stage.ts';
import { type PhysicalPlan, stageNamesIn, type Task } from '../../../plan/task.ts';
import { pinOf } from '../../pin.ts';
import type { PhysicalContext, PhysicalRule } from '../../rule.ts';
import { taskGraph } from '../../task-graph.ts';

/**
 * Task(loop) beside Task(thread)  →  Task(thread)
 *
 * JavaScript between two models stays on the models' thread: its rows need not travel. Each task goes to the threads when one of the
 * nearest pinned tasks, up or down the plan, is there.
 * Not what is pinned: by its stage, by where its function's code is, by its store.
 * Not a verb without a function that joins both places: its rows would travel to a task of their own.
 * Not a verb without a function between the two, where the threads have no code.
 * Not beside a stage that occupies a resource, of which there are few: what can run elsewhere leaves it alone.
 */
export const placeWithNeighbours: PhysicalRule = {
  name: 'place-with-neighbours',
  apply(plan, context) {
    const pinned = new Map(plan.tasks.flatMap((task) => pinsOf(task, context).map((place) => [task, place] as const)));
    const { above, below } = taskGraph(plan);
    const pulls = new Map([...pinned].map(([task, place]) => [task, task.resource === undefined ? place : 'loop'] as const));
    const up = nearest(plan.tasks, pulls, above);
    const down = nearest([...plan.tasks].reverse(), pulls, below);
    const placed = plan.tasks.map((task): Task => {
      const place = pinned.get(task) ?? betweenNeighbours(up.get(task) ?? NOWHERE, down.get(task) ?? NOWHERE, hasStage(task), context);
      return place === task.place ? task : { ...task, place };
    });
    return placed.every((task, i) => task === plan.tasks[i]) ? plan : { ...plan, tasks: placed };
  },
};

function pinsOf({ steps }: Task, context: PhysicalContext): readonly Place[] {
  return steps.flatMap((step) => pinOf(step, context) ?? []);
}

function hasStage({ steps }: Task): boolean {
  return steps.some((step) => stageNamesIn(step).length > 0);
}

type Places = ReadonlySet<Place>;
const NOWHERE: Places = new Set();

function betweenNeighbours(up: Places, down: Places, hasStage: boolean, { codeInThreads }: PhysicalContext): Place {
  if (!up.has('thread') && !down.has('thread')) return 'loop';
  if (!up.has('loop') && !down.has('loop')) return 'thread';
  if (!hasStage && up.size > 1) return 'loop';
  return hasStage || codeInThreads ? 'thread' : 'loop';
}

/** For each task, the places of the pinned tasks that are reached first in one direction. */
function nearest(
  ordered: PhysicalPlan['tasks'],
  pinned: ReadonlyMap<Task, Place>,
  next: (task: Task) => readonly Task[],
): ReadonlyMap<Task, Places> {
  const found = new Map<Task, Places>();
  for (const task of ordered) {
    const places = next(task).flatMap((other) => {
      const pin = pinned.get(other);
      return pin === undefined ? [...(found.get(other) ?? [])] : [pin];
    });
    found.set(task, new Set(places));
  }
  return found;
}
