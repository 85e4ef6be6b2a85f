import { describe, expect, it } from 'vitest';
import type { JoinKind } from '../../plan/node.ts';
import { record, type Schema, schemaOf, text } from '../../schema/column.ts';
import { emptyTable, type Table } from '../table.ts';
import { join, joinBuilders } from './join.ts';

const left: Table = { rows: [{ l: 'a' }, { l: 'b' }, { l: 'd' }], ids: [0, 1, 3], parents: null };
const right: Table = { rows: [{ r: 'B' }, { r: 'C' }, { r: 'D' }], ids: [1, 2, 3], parents: null };
const columns = { left: schemaOf({ l: text }, 'left'), right: schemaOf({ r: text }, 'right') };
const outputOf = (as: string | null): Schema =>
  schemaOf({ l: text, ...(as === null ? { r: text } : { [as]: record({ r: text }) }) }, 'output');
const joined = (how: JoinKind, as: string | null = null, tables: readonly [Table, Table] = [left, right]): Table =>
  join(...tables, joinBuilders({ how, as, ...columns, output: outputOf(as) }));

describe('join', () => {
  it('inner puts rows of the same identity side by side and drops the others', () => {
    expect(joined('inner')).toEqual({
      rows: [
        { l: 'b', r: 'B' },
        { l: 'd', r: 'D' },
      ],
      ids: [1, 3],
      parents: null,
    });
  });

  it('left keeps every left row, with nulls where there is no right one', () => {
    expect(joined('left').rows).toEqual([
      { l: 'a', r: null },
      { l: 'b', r: 'B' },
      { l: 'd', r: 'D' },
    ]);
  });

  it('outer keeps every row of both, in the order of their identities', () => {
    expect(joined('outer')).toEqual({
      rows: [
        { l: 'a', r: null },
        { l: 'b', r: 'B' },
        { l: null, r: 'C' },
        { l: 'd', r: 'D' },
      ],
      ids: [0, 1, 2, 3],
      parents: null,
    });
  });

  it.each<[JoinKind, readonly unknown[]]>([
    [
      'inner',
      [
        { l: 'b', other: { r: 'B' } },
        { l: 'd', other: { r: 'D' } },
      ],
    ],
    [
      'left',
      [
        { l: 'a', other: null },
        { l: 'b', other: { r: 'B' } },
        { l: 'd', other: { r: 'D' } },
      ],
    ],
    [
      'outer',
      [
        { l: 'a', other: null },
        { l: 'b', other: { r: 'B' } },
        { l: null, other: { r: 'C' } },
        { l: 'd', other: { r: 'D' } },
      ],
    ],
  ])('%s puts the right row into one column when it is named', (how, rows) => {
    expect(joined(how, 'other').rows).toEqual(rows);
  });

  it.each<[JoinKind, number, number]>([
    ['inner', 0, 0],
    ['left', 3, 0],
    ['outer', 3, 3],
  ])('%s with an empty table keeps %i rows on its left and %i on its right', (how, onLeft, onRight) => {
    expect(joined(how, null, [left, emptyTable]).rows).toHaveLength(onLeft);
    expect(joined(how, null, [emptyTable, right]).rows).toHaveLength(onRight);
  });

  it('gives the columns of its output alone, in a record too', () => {
    const wide: Table = {
      ...right,
      rows: [
        { r: 'B', s: 1 },
        { r: 'C', s: 2 },
        { r: 'D', s: 3 },
      ],
    };
    const right2 = schemaOf({ r: text, s: text }, 'right');
    const narrow = (as: string | null, output: Schema): Table =>
      join(left, wide, joinBuilders({ how: 'outer', as, left: columns.left, right: right2, output }));
    expect(narrow(null, schemaOf({ r: text }, 'output')).rows).toEqual([{ r: null }, { r: 'B' }, { r: 'C' }, { r: 'D' }]);
    expect(narrow('o', schemaOf({ o: record({ r: text }) }, 'output')).rows.slice(0, 2)).toEqual([{ o: null }, { o: { r: 'B' } }]);
  });

  it('keeps the parents of rows that a flatMap made, from whichever side has the row', () => {
    const [a, b] = [
      { ...left, parents: [5, 5, 6] },
      { ...right, parents: [5, 6, 6] },
    ];
    expect(joined('outer', null, [a, b]).parents).toEqual([5, 5, 6, 6]);
    expect(joined('outer', null, [emptyTable, b]).parents).toEqual([5, 6, 6]);
    expect(joined('inner', null, [a, b]).parents).toEqual([5, 6]);
  });
});
