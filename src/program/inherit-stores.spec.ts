import { describe, expect, it } from 'vitest';
import { int32, specOf, text } from '../schema/column.ts';
import { HeritableKeyValue } from '../state/heritable.ts';
import type { StoreKey } from '../state/key-value.ts';
import { memoryKeyValue } from '../state/memory.ts';
import { inheritStores } from './inherit-stores.ts';
import type { MadeStore } from './made-stores.ts';

type Entries = readonly (readonly [StoreKey, unknown])[];

function made(name: string, entries: Entries = [], value: unknown = text): MadeStore {
  const data = new HeritableKeyValue(memoryKeyValue(name));
  for (const [key, first] of entries) data.write(key, first);
  return { spec: { name, key: specOf(text, 'key'), value: specOf(value, 'value'), data }, entries };
}

async function valuesOf({ spec }: MadeStore, ...keys: readonly StoreKey[]): Promise<readonly unknown[]> {
  return (await spec.data.readMany(keys)).map((entry) => entry?.value);
}

describe('the stores of a program that takes the place of another', () => {
  it('have the values of those of the same name and columns', async () => {
    const [old, next] = [made('prices'), made('prices')];
    old.spec.data.write('tea', 'dear');
    expect(inheritStores([old], [next]).changes).toEqual([{ store: 'prices', change: 'kept' }]);
    expect(await valuesOf(next, 'tea')).toEqual(['dear']);
  });

  it('begin anew where the name or a column is another', async () => {
    const [old, next, other] = [made('prices'), made('prices', [], int32), made('costs')];
    old.spec.data.write('tea', 'dear');
    expect(inheritStores([old], [next, other]).changes).toEqual([
      { store: 'prices', change: 'replaced' },
      { store: 'costs', change: 'added' },
    ]);
    expect(await valuesOf(next, 'tea')).toEqual([undefined]);
  });

  it('are told apart by their order where several are alike', async () => {
    const [first, second] = [made('same'), made('same')];
    first.spec.data.write('a', '1');
    second.spec.data.write('a', '2');
    const next = [made('same'), made('same')] as const;
    inheritStores([first, second], next);
    expect([await valuesOf(next[0], 'a'), await valuesOf(next[1], 'a')]).toEqual([['1'], ['2']]);
  });

  it('do not write what the program put there before, only what it says otherwise, and when asked', async () => {
    const old = made('prices', [
      ['tea', 'fair'],
      ['salt', 'fair'],
      ['milk', 'fair'],
    ]);
    const next = made('prices', [
      ['tea', 'fair'],
      ['salt', 'cheap'],
      ['oil', 'new'],
    ]);
    old.spec.data.write('tea', 'dear');
    old.spec.data.remove('milk');
    const { writeEntries } = inheritStores([old], [next]);
    expect(await valuesOf(next, 'tea', 'salt', 'milk', 'oil')).toEqual(['dear', 'fair', undefined, undefined]);
    writeEntries();
    expect(await valuesOf(next, 'tea', 'salt', 'milk', 'oil')).toEqual(['dear', 'cheap', undefined, 'new']);
  });

  it('are what they were where the program is the same', async () => {
    const old = made('prices', [['tea', 'fair']]);
    old.spec.data.write('tea', 'dear');
    inheritStores([old], [old]).writeEntries();
    expect(await valuesOf(old, 'tea')).toEqual(['dear']);
  });
});
