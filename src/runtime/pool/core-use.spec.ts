import { describe, expect, it } from 'vitest';
import { CoreUse } from './core-use.ts';

/** A replica that has taken as much of cores as the spec says. */
function replicaAt(ms: number | undefined) {
  return {
    ms,
    async processorMs(): Promise<number | undefined> {
      return this.ms;
    },
  };
}

/** Replicas that work for so long, with so many cores each. */
async function worked(use: CoreUse, { replicas, forMs, cores }: { replicas: number; forMs: number; cores: number }): Promise<void> {
  const made = Array.from({ length: replicas }, () => replicaAt(5000));
  for (const replica of made) await use.begin(replica);
  for (let busyMs = 0; busyMs < forMs * replicas; ) {
    busyMs += 100 * replicas;
    for (const replica of made) replica.ms = (replica.ms ?? 0) + 100 * cores;
    await use.measure(made, busyMs);
  }
}

describe('the use of cores', () => {
  it('is taken for one core as long as nothing is known', () => {
    expect(new CoreUse().cores).toBe(1);
  });

  it.each([
    ['a replica that computes', 1, 1],
    ['one that waits', 0.003, 0],
    ['one that waits half of the time', 0.52, 0.5],
    ['one that computes on four threads', 4, 4],
  ])('is known of %s, by what it takes while it has something to do', async (_, cores, expected) => {
    const use = new CoreUse();
    await worked(use, { replicas: 3, forMs: 2000, cores });
    expect(use.cores).toBe(expected);
  });

  it('is seen to be none within two tenths of a second of work', async () => {
    const use = new CoreUse();
    await worked(use, { replicas: 1, forMs: 200, cores: 0 });
    expect(use.cores).toBe(0);
  });

  it('does not count what a replica took to start, nor what one has taken that was never seen', async () => {
    const use = new CoreUse();
    const seen = replicaAt(9000);
    await use.begin(seen);
    await use.measure([seen, replicaAt(4000)], 400);
    expect(use.cores).toBe(0);
  });

  it('is not known where the system does not tell', async () => {
    const use = new CoreUse();
    await use.begin(replicaAt(undefined));
    expect(use.cores).toBeUndefined();
  });
});
