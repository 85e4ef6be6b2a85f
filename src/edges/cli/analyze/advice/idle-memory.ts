import { type Observed, useOf } from '../observed.ts';

const MEGABYTE = 2 ** 20;
const MUCH = 256 * MEGABYTE;
const IDLE = 0.2;

/** Replicas that hold much memory and do little. */
export function idleMemory({ statistics }: Observed): readonly string[] {
  return statistics.pools.flatMap((pool) => {
    const { name, replicas, memoryBytes } = pool;
    const use = useOf(pool, statistics);
    if (memoryBytes === null || replicas < 2 || memoryBytes * replicas < MUCH || use > IDLE) return [];
    const needed = Math.max(1, Math.ceil((replicas * use) / IDLE / 3));
    const [all, each] = [memoryBytes * replicas, memoryBytes].map((bytes) => (bytes / MEGABYTE).toFixed(0));
    return [
      `the ${replicas} replicas of ${name} hold ${all} MB, ${each} each, and are busy for ${(use * 100).toFixed(0)} % of the time: ${needed} would do, by --workers or the option replicas`,
    ];
  });
}
