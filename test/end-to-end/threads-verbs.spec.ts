import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/plan/program.ts';
import type { AnyRow } from '../../src/schema/column.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import { counting, grouping, looking, names, reading } from '../support/programs/verbs.mjs';

async function answer(pipeline: typeof looking, rows: readonly AnyRow[]): Promise<unknown> {
  const plan = planOf(pipeline);
  if (plan === undefined) throw new TypeError('a pipeline has a plan');
  const deployment = await Deployment.start(plan, { program: new URL('../support/programs/verbs.mjs', import.meta.url).href, workers: 1 });
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

describe('on a thread', () => {
  it('an aggregate over all rows gives a row of none too', async () => {
    expect(await answer(counting, [{ n: 4 }, { n: 3 }])).toEqual([{ count: 2, total: 3 }]);
    expect(await answer(counting, [])).toEqual([{ count: 0, total: 0 }]);
  });

  it('groups are filtered and mapped', async () => {
    expect(await answer(grouping, [{ n: 4 }, { n: 3 }, { n: 5 }])).toEqual([
      { half: 2, place: 0 },
      { half: 2, place: 1 },
    ]);
    expect(await answer(grouping, [])).toEqual([]);
  });
});
