import { setMaxListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { buildPlan, type FlowBuilder } from '../../src/language/builder.ts';
import type { AnyRow } from '../../src/schema/column.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import { n } from '../support/stages.ts';
import { onThreads } from '../support/threads.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The growth of the heap, in bytes, over 20 000 requests, 50 at a time, after 5 000 to warm up. */
async function growth(deployment: Deployment, row: AnyRow): Promise<number> {
  const rounds = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) await Promise.all(Array.from({ length: 50 }, () => deployment.run([row])));
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = await rounds(100);
  return (await rounds(400)) - before;
}

/** Far below 20 000 of anything that is kept for a request: 50 bytes each. */
const FLAT = 1e6;

describe('twenty thousand requests', () => {
  it('on the loop leave the heap as it was', async () => {
    const build = (flow: FlowBuilder): FlowBuilder => flow.map(n, async (row: AnyRow) => row).filter((row: AnyRow) => row.n !== 0);
    const deployment = await Deployment.start(buildPlan('test', n, build, {}));
    expect(await growth(deployment, { n: 1 })).toBeLessThan(FLAT);
    await deployment.close();
  });

  it('on threads leave the heap as it was', async () => {
    const { deployment } = await onThreads('doubled', { workers: 2 });
    expect(await growth(deployment, { n: 1 })).toBeLessThan(FLAT);
  });

  it('with a caller that could cancel them all leave nothing on its signal', async () => {
    const { signal } = new AbortController();
    setMaxListeners(50, signal);
    const { deployment } = await onThreads('doubled', { workers: 1 });
    const run = { run: (rows: readonly unknown[]) => deployment.run(rows, { signal }) } as unknown as Deployment;
    expect(await growth(run, { n: 1 })).toBeLessThan(FLAT);
  });
});
