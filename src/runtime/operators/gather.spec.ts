import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../test/support/stages.ts';
import type { Aggregate } from '../../plan/aggregate.ts';
import { int32, list, schemaOf, text } from '../../schema/column.ts';
import { emptyTable, type Table } from '../table.ts';
import { gather, gatherOptions } from './gather.ts';

const parent: Table = { rows: [{ page: 'a' }, { page: 'b' }, { page: 'c' }], ids: [2, 5, 8], parents: null };
const children: Table = { rows: rowsOf(1, 2, 3), ids: [0, 1, 2], parents: [2, 2, 8] };
const aggregates: Readonly<Record<string, Aggregate>> = { count: { kind: 'count' }, all: { kind: 'collect', column: 'n' } };
const output = { page: text, count: int32, all: list(int32) };
const all = gatherOptions(aggregates, schemaOf(output, 'output'));

describe('gather', () => {
  it('brings rows back to the row they were made from, also to one that has none', () => {
    expect(gather(children, parent, all)).toEqual({
      rows: [
        { page: 'a', count: 2, all: [1, 2] },
        { page: 'b', count: 0, all: [] },
        { page: 'c', count: 1, all: [3] },
      ],
      ids: [2, 5, 8],
      parents: null,
    });
  });

  it('gives each parent row empty aggregates when no rows are left', () => {
    expect(gather(emptyTable, parent, all).rows.map((row) => row.count)).toEqual([0, 0, 0]);
  });

  it('leaves out rows whose parent row is not in that flow any more', () => {
    const kept: Table = { rows: [{ page: 'b' }, { page: 'c' }], ids: [5, 8], parents: null };
    expect(gather(children, kept, all).rows).toEqual([
      { page: 'b', count: 0, all: [] },
      { page: 'c', count: 1, all: [3] },
    ]);
  });

  it("keeps the parent's own parents, so that it can be gathered again", () => {
    expect(gather(children, { ...parent, parents: [0, 0, 1] }, all).parents).toEqual([0, 0, 1]);
  });

  it('gives the columns of its output alone', () => {
    const count = gatherOptions(aggregates, schemaOf({ count: int32 }, 'output'));
    expect(gather(children, parent, count).rows).toEqual([{ count: 2 }, { count: 0 }, { count: 1 }]);
  });

  it('gives nothing for no parent rows', () => {
    expect(gather(children, { ...emptyTable }, all).rows).toEqual([]);
  });
});
