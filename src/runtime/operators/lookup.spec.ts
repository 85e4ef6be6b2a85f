import { describe, expect, it } from 'vitest';
import { bytes, float64, list, nullable, schemaOf, specOf, text } from '../../schema/column.ts';
import type { KeyValue, StoreKey } from '../../state/key-value.ts';
import { memoryKeyValue } from '../../state/memory.ts';
import { RequestScope } from '../request-scope.ts';
import { emptyTable, type Table } from '../table.ts';
import { lookup } from './lookup.ts';

/** A store that remembers which keys each read asked for. */
function watched(data: KeyValue = memoryKeyValue('prices')) {
  const reads: (readonly StoreKey[])[] = [];
  const watching: KeyValue = {
    ...data,
    readMany(keys) {
      reads.push(keys);
      return data.readMany(keys);
    },
  };
  const store = { name: 'prices', key: specOf(text, 'key'), value: specOf(float64, 'value'), data: watching };
  const columns = schemaOf({ label: text, price: nullable(float64) }, 'output');
  return { reads, data, options: { store, key: 'label', as: 'price', missing: 'error', columns } as const };
}
const table: Table = { rows: [{ label: 'a' }, { label: 'b' }, { label: 'a' }], ids: [2, 4, 6], parents: [0, 0, 1] };

describe('lookup', () => {
  it('gives each row the value under its key, with the identity of the row', async () => {
    const { data, options } = watched();
    await data.write('a', 1);
    await data.write('b', 2);
    expect(lookup(table, options, new RequestScope())).toEqual({
      rows: [
        { label: 'a', price: 1 },
        { label: 'b', price: 2 },
        { label: 'a', price: 1 },
      ],
      ids: [2, 4, 6],
      parents: [0, 0, 1],
    });
  });

  it('reads once for all rows, each key once', async () => {
    const { data, options, reads } = watched();
    await data.write('a', 1);
    await data.write('b', 2);
    lookup(table, options, new RequestScope());
    expect(reads).toEqual([['a', 'b']]);
  });

  it('fails the request where a key is missing, naming store, key and column', () => {
    expect(() => lookup(table, watched().options, new RequestScope())).toThrow(
      expect.objectContaining({
        code: 'LOOKUP_MISSING',
        problem: 'lookup: store "prices" has nothing under "a", the value of column "label"',
      }),
    );
  });

  it('gives null where it may be missing', async () => {
    const { data, options } = watched();
    await data.write('b', 2);
    expect(lookup(table, { ...options, missing: 'null' }, new RequestScope())).toMatchObject({
      rows: [{ price: null }, { price: 2 }, { price: null }],
    });
  });

  it('reads one version of each key for a request, also of one that was missing, and the new one for the next', async () => {
    const { data, options, reads } = watched();
    const maybe = { ...options, missing: 'null' } as const;
    await data.write('a', 1);
    const scope = new RequestScope();
    lookup(table, maybe, scope);
    await data.write('a', 10);
    await data.write('b', 20);
    expect(lookup(table, maybe, scope)).toMatchObject({ rows: [{ price: 1 }, { price: null }, { price: 1 }] });
    expect(reads).toHaveLength(1);
    expect(lookup(table, maybe, new RequestScope())).toMatchObject({ rows: [{ price: 10 }, { price: 20 }, { price: 10 }] });
  });

  it('reads that version too in a part of the request', async () => {
    const { data, options } = watched();
    await data.write('a', 1);
    await data.write('b', 2);
    const scope = new RequestScope();
    lookup(table, options, RequestScope.within(RequestScope.within(scope)));
    await data.write('a', 10);
    expect(lookup(table, options, scope)).toMatchObject({ rows: [{ price: 1 }, { price: 2 }, { price: 1 }] });
    expect(lookup(table, options, RequestScope.within(scope))).toMatchObject({ rows: [{ price: 1 }, { price: 2 }, { price: 1 }] });
  });

  it('waits for a store that answers later, whose keys under way it does not read again', async () => {
    const data = memoryKeyValue('prices');
    await data.write('a', 1);
    await data.write('b', 2);
    const { options, reads } = watched({ ...data, readMany: async (keys) => data.readMany(keys) });
    const scope = new RequestScope();
    const tables = await Promise.all([lookup(table, options, scope), lookup(table, options, scope)]);
    expect(tables[1]).toMatchObject({ rows: [{ price: 1 }, { price: 2 }, { price: 1 }] });
    expect(reads).toHaveLength(1);
  });

  it('gives the columns of its output alone', async () => {
    const { data, options } = watched();
    await data.write('a', 1);
    await data.write('b', 2);
    const narrow = { ...options, columns: schemaOf({ price: float64 }, 'output') };
    expect(lookup(table, narrow, new RequestScope())).toMatchObject({ rows: [{ price: 1 }, { price: 2 }, { price: 1 }] });
  });

  it('gives bytes that are not those of the store, nor of another lookup, and lists that have none as they are', async () => {
    const { data, options } = watched();
    const lookupOf = (value: unknown, column: Parameters<typeof specOf>[0], scope: RequestScope): unknown => {
      data.write('a', value);
      const store = { ...options.store, value: specOf(column, 'value') };
      return lookup({ rows: [{ label: 'a' }], ids: [0], parents: null }, { ...options, store }, scope);
    };
    const image = Uint8Array.of(1);
    const scope = new RequestScope();
    const [one, other] = [lookupOf(image, bytes, scope), lookupOf(image, bytes, scope)].map((found) => (found as Table).rows[0]?.price);
    expect([one, other]).toEqual([image, image]);
    expect(new Set([image, one, other]).size).toBe(3);
    const words = ['a'];
    expect((lookupOf(words, list(text), new RequestScope()) as Table).rows[0]?.price).toBe(words);
  });

  it('does not read without rows', () => {
    const { options, reads } = watched();
    expect(lookup(emptyTable, options, new RequestScope())).toBe(emptyTable);
    expect(reads).toEqual([]);
  });
});
