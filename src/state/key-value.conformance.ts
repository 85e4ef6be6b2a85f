import { describe, expect, it } from 'vitest';
import type { KeyValue, StoreEntry, StoreKey } from './key-value.ts';

/** What every implementation of KeyValue does; `create` gives an empty one. */
export function keyValueConformance(name: string, create: () => KeyValue | PromiseLike<KeyValue>): void {
  const read = async (store: KeyValue, key: StoreKey): Promise<StoreEntry | undefined> => (await store.readMany([key]))[0];
  const refusal = async (write: () => unknown): Promise<unknown> => {
    try {
      return await write();
    } catch (error) {
      return (error as { readonly code?: unknown }).code;
    }
  };

  describe(`${name}, a key-value store`, () => {
    it('has nothing under a key that was never written', async () => {
      expect(await read(await create(), 'a')).toBeUndefined();
    });

    it('gives the last value written, with the revision of that write', async () => {
      const store = await create();
      await store.write('a', 1);
      const revision = await store.write('a', 2);
      expect(await read(store, 'a')).toEqual({ value: 2, revision });
    });

    it('gives revisions that ascend, over all keys and after a removal', async () => {
      const store = await create();
      const first = await store.write('a', 1);
      const second = await store.write('b', 1);
      await store.remove('a');
      const third = await store.write('a', 1);
      expect(first).toBeGreaterThan(0);
      expect([second > first, third > second]).toEqual([true, true]);
    });

    it('reads several keys in their order, each as often as it is asked for', async () => {
      const store = await create();
      await store.write('a', 1);
      await store.write('b', 2);
      const entries = await store.readMany(['b', 'c', 'a', 'b']);
      expect(entries.map((entry) => entry?.value)).toEqual([2, undefined, 1, 2]);
      expect(await store.readMany([])).toEqual([]);
    });

    it('removes a key, and says whether it was there', async () => {
      const store = await create();
      await store.write('a', 1);
      expect([await store.remove('a'), await store.remove('a')]).toEqual([true, false]);
      expect(await read(store, 'a')).toBeUndefined();
    });

    it('writes where the revision is the expected one', async () => {
      const store = await create();
      const revision = await store.write('a', 1, 0);
      await store.write('a', 2, revision);
      expect((await read(store, 'a'))?.value).toBe(2);
    });

    it('does not write where it is another', async () => {
      const store = await create();
      expect(await refusal(() => store.write('a', 1, 7))).toBe('REVISION_CHANGED');
      const revision = await store.write('a', 1);
      await store.write('a', 2);
      expect(await refusal(() => store.write('a', 3, revision))).toBe('REVISION_CHANGED');
      expect(await refusal(() => store.write('a', 3, 0))).toBe('REVISION_CHANGED');
      expect((await read(store, 'a'))?.value).toBe(2);
    });

    it('lets one of several writers through that expect the same revision', async () => {
      const store = await create();
      const revision = await store.write('a', 0);
      const outcomes = await Promise.all([1, 2, 3].map((value) => refusal(() => store.write('a', value, revision))));
      expect(outcomes.filter((outcome) => outcome === 'REVISION_CHANGED')).toHaveLength(2);
    });

    it('tells keys of different types apart', async () => {
      const store = await create();
      const keys: readonly StoreKey[] = ['1', 1, 1n, 'true', true, '', 0, 0n, false];
      for (const key of keys) await store.write(key, `${typeof key} ${key}`);
      expect((await store.readMany(keys)).map((entry) => entry?.value)).toEqual(keys.map((key) => `${typeof key} ${key}`));
    });

    it('takes NaN for a key like others, and -0 for 0', async () => {
      const store = await create();
      await store.write(Number.NaN, 'nan');
      await store.write(-0, 'zero');
      expect((await store.readMany([Number.NaN, 0])).map((entry) => entry?.value)).toEqual(['nan', 'zero']);
    });

    it('tells a value of null from none', async () => {
      const store = await create();
      await store.write('a', null);
      expect((await read(store, 'a'))?.value).toBeNull();
    });
  });
}
