import type { Histogram } from '../histogram.ts';

/** What a pool has and has done; what is counted only grows, also when replicas go. */
export interface PoolStatistics {
  /** Replicas that take calls. */
  readonly ready: number;
  /** Replicas that will take calls: those that start, and those that wait for their next start. */
  readonly starting: number;
  /** Replicas that are to go, and still have something to do. */
  readonly draining: number;
  /** Calls that wait for a replica. */
  readonly queued: number;
  /** How long the longest of these has waited; 0 where none waits. */
  readonly oldestWaitMs: number;
  /** Calls that replicas have and have not let go of. */
  readonly outstanding: number;
  /** Calls that came. */
  readonly arrivals: number;
  /** Calls that a replica has let go of, however they ended. */
  readonly completions: number;
  /** How long replicas have had something to do, added up. */
  readonly busyMs: number;
}

/** What is to come as calls of a pool as soon as it may. */
export interface Waiting {
  /** Calls that came, those among them that are still to be made up; it only grows. */
  readonly arrivals: number;
  /** How many are still to be made up. */
  readonly calls: number;
  /** How long the first has waited; 0 where none does. */
  readonly oldestWaitMs: number;
}

/** Replicas that are alike and can become more or fewer while they work. */
export interface ScalablePool {
  /** The task or stage that they run. */
  readonly name: string;
  /** How many replicas there are to be; those that are draining are not among them. */
  readonly replicas: number;
  /** How many calls one replica is given at a time. */
  readonly callsPerReplica: number;
  /** What one costs, measured when the first one started; undefined where that cannot be told. */
  readonly memoryBytes: number | undefined;
  /** Cores that one keeps busy while it has something to do, by what was measured so far; undefined where that cannot be told. */
  readonly cores: number | undefined;
  /** Measures that again. */
  measureCores(): Promise<void>;
  statistics(): PoolStatistics;
  /** What waits before it for its calls to be put together; of a pool whose calls are made up when they may start. */
  waiting?(): Waiting | undefined;
  /** How long calls waited for a replica; of a pool that measures it. */
  readonly waitMs?: Histogram;
  /**
   * Starts more, each as the others were started, or lets those go that have least to do once they have nothing to do; no call is lost.
   * Settles when those that are to start are ready and those that are to go are gone; rejects with why one cannot start, which is
   * then not there and leaves the others alone. Does nothing in a pool that is closed.
   */
  scaleTo(replicas: number): Promise<void>;
}
