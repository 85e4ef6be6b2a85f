import { type PhysicalPlan, placeOf, type Task } from '../../../plan/task.ts';
import { pinOf } from '../../pin.ts';
import type { PhysicalRule } from '../../rule.ts';

/**
 * Task(loop) … Task(thread)  →  Task(thread) … Task(thread)
 *
 * A whole request on one worker crosses twice: there and back. Taken when that is less than the crossings as placed. Where something is
 * pinned to the event loop, all the rest is what goes to the worker: steps that are placed one by one go to and fro behind a
 * step that joins both places, and each time they come to the threads they are a task of its own.
 * Not when nothing is on the threads: then the loop is the cheapest place.
 */
export const wholePipelinePerWorker: PhysicalRule = {
  name: 'whole-pipeline-per-worker',
  apply(plan, context) {
    if (!plan.tasks.some(({ place }) => place === 'thread')) return plan;
    const isBound = ({ steps }: Task): boolean => steps.some((step) => pinOf(step, context) === 'loop');
    const whole = {
      ...plan,
      tasks: plan.tasks.map((task): Task => (isBound(task) || task.resource !== undefined ? task : { ...task, place: 'thread' })),
    };
    return crossings(whole) < crossings(plan) ? whole : plan;
  },
};

/** How many tables travel between places; requests come from the event loop, and answers leave from there. */
function crossings({ tasks, output }: PhysicalPlan): number {
  const madeOn = new Map(tasks.flatMap((task) => task.gives.map((table) => [table, placeOf(task)] as const)));
  const travels = new Set(
    tasks.flatMap((task) => {
      const place = placeOf(task);
      return task.reads.filter((table) => (madeOn.get(table) ?? 'loop') !== place).map((table) => `${table} ${place}`);
    }),
  );
  return travels.size + ((madeOn.get(output) ?? 'loop') === 'loop' ? 0 : 1);
}
