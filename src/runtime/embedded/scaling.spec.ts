import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { poolCountOf } from '../../../test/support/statistics.ts';
import type { PoolStatistics, ScalablePool } from '../pool/scalable-pool.ts';
import { Scaling } from './scaling.ts';

/** A pool that only counts: what came and what waits is said by the spec. */
class CountingPool implements ScalablePool {
  readonly name = 'task 1';
  readonly callsPerReplica = 1;
  readonly memoryBytes: number | undefined;
  cores: number | undefined = undefined;
  replicas = 1;
  counts: PoolStatistics = poolCountOf({ ready: 1 });

  constructor(memoryBytes?: number) {
    this.memoryBytes = memoryBytes;
  }

  statistics(): PoolStatistics {
    return this.counts;
  }

  measureCores(): Promise<void> {
    return Promise.resolve();
  }

  scaleTo(replicas: number): Promise<void> {
    this.replicas = replicas;
    return Promise.resolve();
  }

  /** Many calls of 100 ms wait. */
  flood(): void {
    const { arrivals, completions, busyMs } = this.counts;
    this.counts = {
      ...this.counts,
      arrivals: arrivals + 50,
      completions: completions + 1,
      busyMs: busyMs + 100,
      queued: 40,
      oldestWaitMs: 900,
      outstanding: 1,
    };
  }
}

interface Machine {
  readonly cores?: number;
  readonly bytes?: number;
  readonly resources?: Readonly<Record<string, number>>;
}
function scalingOn({ cores = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY, resources = {} }: Machine): {
  readonly scaling: Scaling;
  readonly clock: FakeClock;
} {
  const clock = new FakeClock();
  return { scaling: new Scaling({ clock, capacity: { cores, bytes, resources }, downAfterMs: 30_000 }), clock };
}
const scaled = (pool: ScalablePool, resource?: string) => ({
  pool,
  bounds: { min: 1, max: 8 },
  resource,
  targetMs: Number.POSITIVE_INFINITY,
});

function flood(pools: readonly CountingPool[], machine: Machine, resource?: string): readonly number[] {
  const { scaling, clock } = scalingOn(machine);
  scaling.add(pools.map((pool) => scaled(pool, resource)));
  for (let tick = 0; tick < 5; tick++) {
    for (const pool of pools) pool.flood();
    clock.advance(100);
    scaling.tick();
  }
  return pools.map(({ replicas }) => replicas);
}

describe('the scaling of pools', () => {
  it('gives a pool whose calls wait more replicas, up to its bound, and leaves one alone that has nothing to do', () => {
    const { scaling, clock } = scalingOn({});
    const [busy, idle] = [new CountingPool(), new CountingPool()];
    scaling.add([scaled(busy), scaled(idle)]);
    busy.flood();
    clock.advance(100);
    scaling.tick();
    expect([busy.replicas, idle.replicas]).toEqual([8, 1]);
  });

  it('keeps all together within the memory', () => {
    expect(flood([new CountingPool(100), new CountingPool(100)], { bytes: 600 })).toEqual([3, 3]);
  });

  it('has no more that compute than there are cores, however many there are that wait for others', () => {
    const [computes, waits, unknown] = [new CountingPool(), new CountingPool(), new CountingPool()];
    computes.cores = 1;
    waits.cores = 0;
    expect(flood([computes, waits, unknown], { cores: 3 })).toEqual([3, 8, 8]);
  });

  it('shares the cores among those that compute, with what is left of one to whom half of one is enough', () => {
    const [one, half] = [new CountingPool(), new CountingPool()];
    one.cores = 1;
    half.cores = 0.5;
    expect(flood([one, half], { cores: 4 })).toEqual([3, 3]);
  });

  it('leaves the cores to others of a pool that could compute, but has nothing to do', () => {
    const { scaling, clock } = scalingOn({ cores: 2 });
    const [busy, idle] = [new CountingPool(), new CountingPool()];
    busy.cores = idle.cores = 1;
    scaling.add([scaled(busy), scaled(idle)]);
    busy.flood();
    clock.advance(100);
    scaling.tick();
    expect([busy.replicas, idle.replicas]).toEqual([2, 1]);
  });

  it('says whether there may be more replicas: not at the bound, and not where the machine has no room for more', () => {
    const { scaling, clock } = scalingOn({ cores: 2 });
    const [computes, waits] = [new CountingPool(), new CountingPool()];
    computes.cores = 1;
    waits.cores = 0;
    const pools = [scaled(computes), scaled(waits)];
    scaling.add(pools);
    const mayGrow = (): readonly boolean[] => pools.map((pool) => scaling.mayGrow(pool));
    expect(mayGrow()).toEqual([true, true]);
    for (const pool of [computes, waits]) pool.flood();
    clock.advance(100);
    scaling.tick();
    expect([computes.replicas, waits.replicas]).toEqual([2, 8]);
    expect(mayGrow()).toEqual([false, false]);
    for (const pool of [computes, waits]) pool.counts = { ...pool.counts, queued: 0, oldestWaitMs: 0 };
    for (let tick = 0; tick < 1000; tick++) {
      clock.advance(100);
      scaling.tick();
    }
    expect(mayGrow()).toEqual([true, true]);
  });

  it('keeps all together within what there is of a resource', () => {
    expect(flood([new CountingPool(), new CountingPool()], { resources: { gpu: 3 } }, 'gpu')).toEqual([2, 1]);
  });

  it('says what is missing where not even the least fits, and takes back what was set apart', () => {
    const { scaling } = scalingOn({ resources: { gpu: 1 } });
    const free = scaling.reserve('gpu', 1, 'task 1');
    expect(() => scaling.reserve('gpu', 1, 'task 2')).toThrow('task 2 needs 2 of the resource "gpu", and the server has 1');
    free();
    expect(() => scaling.reserve('gpu', 1, 'task 2')).not.toThrow();
  });

  it('lets a pool be whose pipeline is closing', () => {
    const { scaling, clock } = scalingOn({});
    const pool = new CountingPool();
    const leave = scaling.add([scaled(pool)]);
    leave();
    pool.flood();
    clock.advance(100);
    scaling.tick();
    expect(pool.replicas).toBe(1);
  });
});
