import type { StepCount } from '../../../../runtime/counters.ts';
import type { Observed, ObservedStage, ObservedTask } from '../observed.ts';

const EXPENSIVE = 0.3;

/** A filter that drops most rows only after an expensive stage has run over them. */
export function filterLate({ tasks, stages }: Observed): readonly string[] {
  return tasks.flatMap((task) =>
    task.steps.flatMap((step, at) => {
      if (!step.step.startsWith('filter ') || step.rowsIn === 0 || step.rowsOut > step.rowsIn / 2) return [];
      const before = expensiveBefore(task, at, stages);
      if (before === undefined) return [];
      const dropped = ((1 - step.rowsOut / step.rowsIn) * 100).toFixed(0);
      const share = (before.share * 100).toFixed(0);
      return [
        `${step.step} drops ${dropped} % of its rows after "${before.stage}" has run over them, for ${share} % of the busy time: filter before it, if the filter can do without what it makes`,
      ];
    }),
  );
}

/** In the same task, the stage of a step before this one that costs the most. */
function expensiveBefore({ task, steps }: ObservedTask, at: number, stages: readonly ObservedStage[]): ObservedStage | undefined {
  const isIn = ({ step }: StepCount, stage: string): boolean => step.split(/[ ,]+/).includes(stage);
  return stages
    .filter((stage) => stage.task === task && stage.share >= EXPENSIVE && steps.slice(0, at).some((step) => isIn(step, stage.stage)))
    .sort((a, b) => b.share - a.share)[0];
}
