import type { DeploymentStatistics } from '../../../serving/deployment.ts';

/** What one stage of a task did between two looks at the statistics. */
export interface StageUse {
  readonly task: number;
  readonly place: string;
  readonly stage: string;
  readonly calls: number;
  readonly rows: number;
  readonly rowsPerCall: number;
  readonly msPerCall: number;
  /** Of the time that all stages were busy, 0 to 1. */
  readonly share: number;
}

/** What each stage did since `before`, in the order of the tasks. */
export function stageUse(before: DeploymentStatistics, after: DeploymentStatistics): readonly StageUse[] {
  const used = after.tasks.flatMap(({ task, place, stages }, i) =>
    stages.map(({ stage, calls, rows, busyMs }, j) => {
      const earlier = before.tasks[i]?.stages[j] ?? { calls: 0, rows: 0, busyMs: 0 };
      return { task, place, stage, calls: calls - earlier.calls, rows: rows - earlier.rows, busyMs: busyMs - earlier.busyMs };
    }),
  );
  const total = used.reduce((sum, { busyMs }) => sum + busyMs, 0);
  return used.map(({ busyMs, ...use }) => ({
    ...use,
    rowsPerCall: ratio(use.rows, use.calls),
    msPerCall: ratio(busyMs, use.calls),
    share: ratio(busyMs, total),
  }));
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
