import type { Histogram } from '../runtime/histogram.ts';
import type { PoolStatistics, ScalablePool } from '../runtime/pool/scalable-pool.ts';

/** The replicas of a task on threads or of a stage in processes of its own, and the line before them. */
export interface PoolCount extends PoolStatistics {
  /** Such as `task 2`. */
  readonly name: string;
  /** How many replicas there are to be. */
  readonly replicas: number;
  readonly callsPerReplica: number;
  /** What one replica costs, measured when the first one started; null where that cannot be told. */
  readonly memoryBytes: number | null;
  /** How long calls waited for a replica; null where that is not measured. */
  readonly waitMs: Histogram | null;
}

export function countPool(pool: ScalablePool): PoolCount {
  const { name, replicas, callsPerReplica, memoryBytes = null, waitMs = null } = pool;
  return { name, replicas, callsPerReplica, memoryBytes, waitMs, ...pool.statistics() };
}
