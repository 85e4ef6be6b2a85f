import { describe, expect, it } from 'vitest';
import type { PhysicalPlan, Step, TableNumber, Task } from '../../plan/task.ts';
import { handsOver } from './hand-over.ts';

const taskOf = (number: number, reads: readonly TableNumber[], gives: readonly TableNumber[], steps: readonly Step[] = []): Task => ({
  number,
  place: 'thread',
  reads,
  gives,
  steps,
});
const planOf = (output: TableNumber, ...tasks: readonly Task[]): PhysicalPlan => ({ pipeline: 'test', tables: [], tasks, output });
const verdicts = (plan: PhysicalPlan): readonly boolean[] => plan.tasks.map((task) => handsOver(plan, task));

describe('what a request has received', () => {
  it('is handed over from task to task of a chain', () => {
    expect(verdicts(planOf(3, taskOf(1, [0], [1]), taskOf(2, [1], [2]), taskOf(3, [2], [3])))).toEqual([true, true, true]);
  });

  it('is not handed to a task while a later one will read it too', () => {
    expect(verdicts(planOf(3, taskOf(1, [0], [1]), taskOf(2, [1], [2]), taskOf(3, [1, 2], [3])))).toEqual([true, false, true]);
  });

  it('is not handed to one of two tasks that may run at once', () => {
    expect(verdicts(planOf(4, taskOf(1, [0], [1]), taskOf(2, [1], [2]), taskOf(3, [1], [3]), taskOf(4, [2, 3], [4])))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('is not handed over while it is part of the answer', () => {
    expect(verdicts(planOf(1, taskOf(1, [0], [1]), taskOf(2, [1], [2])))).toEqual([true, false]);
  });

  it('is not handed over where an alternative that has lost may still read it', () => {
    const race: Step = { op: 'anyOf', inputs: [1], output: 2 };
    expect(verdicts(planOf(2, taskOf(1, [0], [1]), taskOf(2, [1], [2], [race])))).toEqual([false, false]);
  });
});
