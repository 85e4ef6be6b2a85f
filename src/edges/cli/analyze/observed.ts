import type { LogicalPlan } from '../../../plan/node.ts';
import type { StageSpec } from '../../../plan/stage.ts';
import { stagesOf } from '../../../plan/traverse.ts';
import type { StageCount, TaskCount } from '../../../runtime/counters.ts';
import type { DeploymentStatistics } from '../../../serving/deployment.ts';
import type { PoolCount } from '../../../serving/pool-count.ts';

/** A pipeline that runs: what it counted, beside what its program says. */
export interface Observed {
  readonly statistics: DeploymentStatistics;
  readonly tasks: readonly ObservedTask[];
  readonly stages: readonly ObservedStage[];
}

export interface ObservedTask extends TaskCount {
  /** Its replicas; none on the event loop. */
  readonly pool: PoolCount | undefined;
}

export interface ObservedStage extends StageCount {
  readonly task: number;
  readonly place: string;
  readonly kind: StageSpec['implementation']['kind'];
  readonly maxBatch: number;
  /** The replicas that run it, of the stage or of its task. */
  readonly pool: PoolCount | undefined;
  /** Of the time that all stages were busy, 0 to 1. */
  readonly share: number;
}

/** Looks at a running pipeline with its plan beside; stages that the plan does not have are left out. */
export function observe(plan: LogicalPlan, statistics: DeploymentStatistics): Observed {
  const specs = stagesOf(plan.output);
  const poolOf = (name: string): PoolCount | undefined => statistics.pools.find((pool) => pool.name === name);
  const tasks = statistics.tasks.map((task): ObservedTask => ({ ...task, pool: poolOf(`task ${task.task}`) }));
  const totalMs = tasks.flatMap(({ stages }) => stages).reduce((total, { busyMs }) => total + busyMs, 0);
  const stages = tasks.flatMap(({ task, place, pool, stages: counts }) =>
    counts.flatMap((count): readonly ObservedStage[] => {
      const spec = specs.get(count.stage);
      if (spec === undefined) return [];
      const { implementation, maxBatch } = spec;
      const own = pool ?? poolOf(count.stage);
      return [{ ...count, task, place, kind: implementation.kind, maxBatch, pool: own, share: totalMs === 0 ? 0 : count.busyMs / totalMs }];
    }),
  );
  return { statistics, tasks, stages };
}

/** Fewer calls than this say nothing about the next. */
export const ENOUGH = 100;

/** How much of their time the replicas of a pool had something to do, 0 to 1. */
export function useOf({ busyMs, replicas }: PoolCount, { upMs }: DeploymentStatistics): number {
  return busyMs / Math.max(1, upMs * replicas);
}
