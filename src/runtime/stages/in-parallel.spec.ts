import { describe, expect, it } from 'vitest';
import { defer, outcomeOf, settle } from '../../../test/support/settle.ts';
import { inParallel } from './in-parallel.ts';

describe('inParallel', () => {
  it('works on each index once, no more than the limit at a time', async () => {
    const started: number[] = [];
    const gates = [defer(), defer(), defer()];
    const all = inParallel(3, 2, async (i) => {
      started.push(i);
      await gates[i]?.promise;
    });
    expect(started).toEqual([0, 1]);
    gates[1]?.resolve();
    await settle();
    expect(started).toEqual([0, 1, 2]);
    expect(await outcomeOf(all)).toBe('waiting');
    gates[0]?.resolve();
    gates[2]?.resolve();
    await all;
  });

  it('fails with the first failure and starts nothing after it', async () => {
    const started: number[] = [];
    const all = inParallel(9, 2, async (i) => {
      started.push(i);
      if (i === 0) throw new Error('no');
      await settle();
    });
    await expect(all).rejects.toThrow('no');
    await settle();
    expect(started).toEqual([0, 1]);
  });

  it('is done at once with nothing to do', async () => {
    await inParallel(0, 2, () => Promise.reject(new Error('called')));
  });
});
