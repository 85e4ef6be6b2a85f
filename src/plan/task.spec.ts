import { describe, expect, it } from 'vitest';
import { inputsOf, printStep, printTasks, type Step, stageNames, type Task } from './task.ts';

const steps: readonly Step[] = [
  { op: 'flatMap', input: 0, stage: 'split', output: 1 },
  { op: 'derive', input: 1, stage: 'read', output: 2 },
  { op: 'derive', input: 2, stage: 'read', output: 3 },
  { op: 'join', left: 3, right: 1, how: 'left', as: 'twin', output: 4 },
  { op: 'join', left: 3, right: 2, how: 'inner', as: null, output: 5 },
  { op: 'select', input: 5, names: ['a', 'b'], output: 6 },
  { op: 'rename', input: 6, names: { a: 'c' }, output: 7 },
  { op: 'gather', input: 7, parent: 0, aggregates: { n: { kind: 'count' } }, output: 8 },
];
const task: Task = { number: 1, place: 'thread', steps, reads: [0], gives: [8] };

describe('a step', () => {
  it('reads its tables left to right', () => {
    expect(steps.map(inputsOf)).toEqual([[0], [1], [2], [3, 1], [3, 2], [5], [6], [7, 0]]);
  });

  it('is named by its verb and what it works with', () => {
    expect(steps.map(printStep)).toEqual([
      'flatMap split',
      'derive read',
      'derive read',
      'join left as twin',
      'join inner',
      'select a, b',
      'rename c',
      'gather n',
    ]);
  });
});

describe('a task', () => {
  it('names its stages once each', () => expect(stageNames(task)).toEqual(['split', 'read']));

  it('is printed with its place and replicas', () => {
    const onLoop: Task = { ...task, number: 2, place: 'loop', steps: steps.slice(0, 1) };
    const plan = { pipeline: 'words', tables: [], tasks: [{ ...task, steps: steps.slice(1, 3) }, onLoop], output: 8 };
    expect(printTasks(plan, 2)).toMatchInlineSnapshot(`
      "task 1 on 2 threads: takes nothing but which rows, gives nothing but which rows
        derive read
        derive read
      task 2 on the event loop
        flatMap split"
    `);
    expect(printTasks(plan, 1)).toContain('task 1 on 1 thread:');
  });
});
