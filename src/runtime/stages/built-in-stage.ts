import type { FlowError } from '../../errors/flow-error.ts';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import type { ScalablePool } from '../pool/scalable-pool.ts';
import type { RowsRunner } from './row-stage.ts';
import type { StageEnvironment } from './stage-runner.ts';

/** A stage of a built-in kind, loaded: what it computes with is there until it is released. */
export interface BuiltInStage {
  /** Whether it takes calls now; one that has lost what it computes with gets it again by itself. */
  readonly isReady: boolean;
  /** Its replicas, where it has some. */
  readonly pool?: ScalablePool | undefined;
  /** Runs it over the rows of requests. */
  runner(environment: StageEnvironment): RowsRunner;
  /** Lets go of what it computes with; settles when that is gone. */
  release(): Promise<void>;
}

/** Wraps each computation that the thread must not be ended in. */
export type NativeGuard = <T>(compute: () => Promise<T>) => Promise<T>;

/** A line that a stage's own process has written. */
export interface OutputLine {
  readonly stage: string;
  /** Which replica of the stage wrote it. */
  readonly replica: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What a built-in stage needs from where it is loaded. */
export interface LoadContext {
  readonly guard: NativeGuard;
  /** Replicas of a stage that does not say how many it has. */
  readonly workers: number;
  /** How long after its deadline a call may keep what computes it before that is ended. */
  readonly graceMs: number;
  readonly clock: Clock;
  /** Hears of what ended unasked and starts again. */
  readonly onCrash: (reason: FlowError, restartInMs: number) => void;
  readonly onOutput: (line: OutputLine) => void;
}

/** One replica, nothing to guard, nobody who listens. */
export const plainContext: LoadContext = {
  guard: (compute) => compute(),
  workers: 1,
  graceMs: 1000,
  clock: systemClock,
  onCrash: () => {},
  onOutput: () => {},
};
