import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/plan/program.ts';
import type { AnyRow } from '../../src/schema/column.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import { looking, names, reading } from '../support/programs/store.mjs';

async function answer(pipeline: typeof looking, rows: readonly AnyRow[]): Promise<unknown> {
  const plan = planOf(pipeline);
  if (plan === undefined) throw new TypeError('a pipeline has a plan');
  const deployment = await Deployment.start(plan, { program: new URL('../support/programs/store.mjs', import.meta.url).href, workers: 1 });
  try {
    return await deployment.run(rows);
  } finally {
    await deployment.close();
  }
}

describe('a store', () => {
  it('is looked into for stages on threads, as the program has written it', async () => {
    await names.put(2, 'two');
    expect(await answer(looking, [{ n: 2 }, { n: 1 }])).toEqual([{ shouted: 'TWO' }, { shouted: 'ONE' }]);
  });

  it('is not copied into threads: a function there that reads it is told so', async () => {
    await expect(answer(reading, [{ n: 1 }])).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      problem: 'store "names" is on the main thread, and this function runs on a worker thread',
    });
  });
});
