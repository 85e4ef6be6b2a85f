import { stageNames, type Task } from '../plan/task.ts';
import { type Maybe, onceThere } from './maybe.ts';
import type { RequestTrace } from './request-trace.ts';
import type { Table } from './table.ts';

/** Runs a task of a request that is traced: its span begins when all that it reads is there, and ends when all that it gives is. */
export function tracedTask(
  task: Task,
  reads: readonly Maybe<Table>[],
  trace: RequestTrace,
  run: () => readonly Maybe<Table>[],
): readonly Maybe<Table>[] {
  let end: ReturnType<RequestTrace['task']> | undefined;
  // What it cannot read has failed elsewhere.
  onceThere(reads, () => {
    end = trace.task({ name: `task ${task.number}`, place: task.place, stages: stageNames(task) });
  });
  const fail = (error: unknown): void => end?.(error);
  try {
    const given = run();
    const done = onceThere(given, () => 'done');
    if (typeof done === 'string') end?.();
    else done.then(() => end?.(), fail);
    return given;
  } catch (error) {
    fail(error);
    throw error;
  }
}
