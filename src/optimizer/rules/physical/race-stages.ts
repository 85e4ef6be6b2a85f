import type { Race } from '../../../plan/race.ts';
import { stageNames, type Task } from '../../../plan/task.ts';
import type { PhysicalContext, PhysicalRule } from '../../rule.ts';

/**
 * Task(loop) s    →  Task(loop) s, each call of s raced          when s says race
 * Task(thread) s  →  Task(thread) s, each request raced          on another replica
 *
 * The first of several runs that do the same is the fastest of them: where times vary, tails get short. Source: competitive execution of
 * Cloudflow (arXiv 2007.05832); hedging: The Tail at Scale (CACM 2013).
 * Not where no stage asks for it; nor on threads beside a stage with effects, which would have them once more.
 */
export const raceStages: PhysicalRule = {
  name: 'race-stages',
  apply(plan, context) {
    const tasks = plan.tasks.map((task): Task => {
      const races = racesIn(task, context);
      return races.length === 0 ? task : { ...task, races: Object.fromEntries(races) };
    });
    return tasks.every((task, i) => task === plan.tasks[i]) ? plan : { ...plan, tasks };
  },
};

function racesIn(task: Task, { stages }: PhysicalContext): readonly (readonly [string, Race])[] {
  const specs = stageNames(task).flatMap((name) => stages.get(name) ?? []);
  if (task.place === 'thread' && specs.some(({ effects }) => effects)) return [];
  return specs.flatMap(({ name, race }) => (race === undefined ? [] : [[name, race] as const]));
}
