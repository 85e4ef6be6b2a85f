/**
 * How long a call waits on average for one of several replicas, where calls come at random and their times vary as much as those of
 * an exponential distribution. `load` is how many replicas are busy on average. Infinity where they are too few.
 * Source: Sakasegawa (1977), an approximation of the M/M/c queue that is exact for one replica.
 */
export function meanWaitMs(load: number, replicas: number, serviceMs: number): number {
  const use = load / replicas;
  if (use >= 1) return Number.POSITIVE_INFINITY;
  return (use ** (Math.sqrt(2 * (replicas + 1)) - 1) / (replicas * (1 - use))) * serviceMs;
}
