import { describe, expect, it } from 'vitest';
import { HeritableKeyValue } from './heritable.ts';
import { keyValueConformance } from './key-value.conformance.ts';
import { memoryKeyValue } from './memory.ts';

const heritable = () => new HeritableKeyValue(memoryKeyValue('test'));

keyValueConformance('heritable', heritable);

describe('an heir', () => {
  it('has the values of the other instead of its own, and shares what either writes', async () => {
    const [old, heir] = [heritable(), heritable()];
    await old.write('a', 1);
    await heir.write('b', 2);
    heir.inherit(old);
    await heir.write('c', 3);
    await old.write('d', 4);
    const entries = await heir.readMany(['a', 'b', 'c', 'd']);
    expect(entries.map((entry) => entry?.value)).toEqual([1, undefined, 3, 4]);
    expect(await old.readMany(['c'])).toEqual(await heir.readMany(['c']));
  });

  it('inherits what the other has inherited', async () => {
    const [first, second, third] = [heritable(), heritable(), heritable()];
    await first.write('a', 1);
    second.inherit(first);
    third.inherit(second);
    expect((await third.readMany(['a']))[0]?.value).toBe(1);
  });
});
