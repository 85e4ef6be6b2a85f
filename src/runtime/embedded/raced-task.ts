import type { StageSpec } from '../../plan/stage.ts';
import { racedStageOf, raceOfTask, type Task } from '../../plan/task.ts';
import type { Clock } from '../clock.ts';
import type { Copy } from '../copy.ts';
import { type Counters, stageMeter } from '../counters.ts';
import { inAlternative } from '../in-alternative.ts';
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
  readonly specs: readonly StageSpec[];
  readonly pool: ThreadPool;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Whether it belongs to an alternative of an anyOf. */
  readonly isAlternative: boolean;
}

/**
 * Runs a task on threads; where it is raced, each copy on another replica. What is computed in vain is known of the task as a whole: it counts for the
 * stage that asks for the race, or else for that because of which the task is on threads.
 */
export function racedTask({ task, specs, pool, clock, counters, isAlternative }: RacedTaskOptions): RunTask {
  const race = raceOfTask(task);
  const meter = stageMeter(counters, task, racedStageOf(task) ?? heaviestOf(specs));
  const start = (tables: readonly Table[], { scope, used }: Copy): Maybe<readonly Table[]> => runTask(pool, tables, scope, used);
  if (race !== undefined) {
    const racer = new Racer({ race, clock, meter });
    const capacityNow = capacityOf(pool);
    return (tables, scope) => racer.run(scope, (copy) => start(tables, copy), { rows: rowsIn(tables), capacityNow });
  }
  if (!isAlternative) return (tables, scope) => runTask(pool, tables, scope);
  return (tables, scope) => inAlternative({ clock, meter }, scope, (call) => start(tables, call));
}

function rowsIn(tables: readonly Table[]): number {
  return tables.reduce((sum, { rows }) => sum + rows.length, 0);
}

function heaviestOf(specs: readonly StageSpec[]): string {
  const heaviest = specs.find(({ implementation, runsOn }) => implementation.kind === 'onnx' || runsOn === 'thread') ?? specs[0];
  return heaviest?.name ?? '';
}
