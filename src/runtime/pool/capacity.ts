import type { Capacity } from '../../scheduling/race-choice.ts';
import type { ScalablePool } from './scalable-pool.ts';

/** What a pool could run besides what it runs, asked again for each call. While calls wait for replicas none has nothing to do. */
export function capacityOf(pool: ScalablePool & { readonly queued: number }): () => Capacity {
  return () => {
    const { replicas } = pool;
    return { replicas, idle: pool.queued > 0 ? 0 : Math.max(0, replicas - pool.statistics().outstanding) };
  };
}
