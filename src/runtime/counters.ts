import { printStep, type Step, stageNames, type Task } from '../plan/task.ts';

/**
 * Counters of one replica of a task, in memory that its worker and the main thread share: read at any time
 * without a message, and kept when the worker crashes. Per step rows in and out, then per stage the four of StageCount.
 */
export type Counters = Float64Array;

const PER_STEP = 2;
const PER_STAGE = 4;

export interface StageCount {
  readonly stage: string;
  readonly calls: number;
  readonly rows: number;
  readonly failures: number;
  readonly busyMs: number;
}
export interface StepCount {
  readonly step: string;
  readonly rowsIn: number;
  readonly rowsOut: number;
}
export interface TaskCount {
  readonly task: number;
  readonly place: string;
  readonly steps: readonly StepCount[];
  readonly stages: readonly StageCount[];
}

export function createCounters(task: Task): Counters {
  const length = task.steps.length * PER_STEP + stageNames(task).length * PER_STAGE;
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

export function countStep(counters: Counters, stepIndex: number, rowsIn: number, rowsOut: number): void {
  counters[stepIndex * PER_STEP] = (counters[stepIndex * PER_STEP] ?? 0) + rowsIn;
  counters[stepIndex * PER_STEP + 1] = (counters[stepIndex * PER_STEP + 1] ?? 0) + rowsOut;
}

/** What a stage's runner reports of each call. */
export interface StageMeter {
  called(rows: number, busyMs: number): void;
  failed(): void;
}

export function stageMeter(counters: Counters, task: Task, stage: string): StageMeter {
  const at = task.steps.length * PER_STEP + stageNames(task).indexOf(stage) * PER_STAGE;
  return {
    called(rows, busyMs) {
      counters[at] = (counters[at] ?? 0) + 1;
      counters[at + 1] = (counters[at + 1] ?? 0) + rows;
      counters[at + 3] = (counters[at + 3] ?? 0) + busyMs;
    },
    failed() {
      counters[at + 2] = (counters[at + 2] ?? 0) + 1;
    },
  };
}

/** The counters of all replicas of a task, added up and named. */
export function readCounters(task: Task, replicas: readonly Counters[]): TaskCount {
  const sum = (index: number): number => replicas.reduce((total, counters) => total + (counters[index] ?? 0), 0);
  const steps = task.steps.map((step: Step, i) => ({ step: printStep(step), rowsIn: sum(i * PER_STEP), rowsOut: sum(i * PER_STEP + 1) }));
  const stages = stageNames(task).map((stage, i) => {
    const at = task.steps.length * PER_STEP + i * PER_STAGE;
    return { stage, calls: sum(at), rows: sum(at + 1), failures: sum(at + 2), busyMs: sum(at + 3) };
  });
  return { task: task.number, place: task.place, steps, stages };
}
