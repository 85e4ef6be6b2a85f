import { inThree } from '../../bench/report.ts';
import { ENOUGH, type Observed } from '../observed.ts';

/** A task on threads that computes for less time than it takes to get there and back. */
export function costsMoreToTravel({ tasks }: Observed): readonly string[] {
  return tasks.flatMap(({ task, stages, pool }) => {
    if (pool === undefined || pool.completions < ENOUGH) return [];
    const there = pool.busyMs / pool.completions;
    const computing = stages.reduce((total, { busyMs }) => total + busyMs, 0) / pool.completions;
    if (computing >= there / 2) return [];
    const names = stages.map(({ stage }) => `"${stage}"`).join(', ');
    return [
      `task ${task} (${names}) computes for ${inThree(computing)} ms of the ${inThree(there)} ms that a request is with it: let it run with its neighbours, without runsOn: 'thread'`,
    ];
  });
}
