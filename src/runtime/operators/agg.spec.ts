import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../plan/aggregate.ts';
import { int32, schemaOf, text } from '../../schema/column.ts';
import { emptyTable, tableOf } from '../table.ts';
import { agg } from './agg.ts';

const aggregates: Readonly<Record<string, Aggregate>> = { count: { kind: 'count' }, most: { kind: 'max', column: 'n' } };
const table = {
  ...tableOf([
    { label: 'b', n: 1 },
    { label: 'a', n: 5 },
    { label: 'b', n: 3 },
  ]),
  ids: [3, 4, 9],
  parents: [0, 0, 1],
};

describe('agg', () => {
  it('gives one row per group, with identities of its own', () => {
    const columns = schemaOf({ label: text, count: int32, most: int32 }, 'agg');
    expect(agg(table, { keys: ['label'], aggregates, columns })).toEqual({
      rows: [
        { label: 'b', count: 2, most: 3 },
        { label: 'a', count: 1, most: 5 },
      ],
      ids: [0, 1],
      parents: null,
    });
  });

  it('gives the columns of its output alone', () => {
    const rows = agg(table, { keys: ['label'], aggregates, columns: schemaOf({ most: int32 }, 'agg') }).rows;
    expect(rows).toEqual([{ most: 3 }, { most: 5 }]);
  });

  it('gives one row for all rows where there are no keys, also for none', () => {
    const columns = schemaOf({ count: int32, most: int32 }, 'agg');
    expect(agg(table, { keys: [], aggregates, columns }).rows).toEqual([{ count: 3, most: 5 }]);
    expect(agg(emptyTable, { keys: [], aggregates, columns })).toEqual({ rows: [{ count: 0, most: null }], ids: [0], parents: null });
  });

  it('gives no row for no group', () => {
    expect(agg(emptyTable, { keys: ['label'], aggregates, columns: schemaOf({ label: text }, 'agg') }).rows).toEqual([]);
  });
});
