import { racedStageOf, raceOfTask, type Task } from '../../plan/task.ts';
import type { Clock } from '../clock.ts';
import { type Counters, stageMeter } from '../counters.ts';
import type { Maybe } from '../maybe.ts';
import { capacityOf } from '../pool/capacity.ts';
import { Racer } from '../racing.ts';
import type { RequestScope } from '../request-scope.ts';
import type { Table } from '../table.ts';
import { runTask, type ThreadPool } from './thread-pool.ts';

/** Runs a task over the tables of one request. */
export type RunTask = (tables: readonly Table[], scope: RequestScope) => Maybe<readonly Table[]>;

interface RacedTaskOptions {
  readonly task: Task;
  readonly pool: ThreadPool;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** Runs a task on threads; where it is raced, each copy on another replica. */
export function racedTask({ task, pool, clock, counters }: RacedTaskOptions): RunTask {
  const race = raceOfTask(task);
  const stage = racedStageOf(task);
  if (race === undefined || stage === undefined) return (tables, scope) => runTask(pool, tables, scope);
  const racer = new Racer({ race, clock, meter: stageMeter(counters, task, stage) });
  const capacityNow = capacityOf(pool);
  return (tables, scope) => racer.run(scope, (copy) => runTask(pool, tables, copy.scope, copy.used), capacityNow);
}
