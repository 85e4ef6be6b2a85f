import { describe, expect, it } from 'vitest';
import { n, rowsOf } from '../../../test/support/stages.ts';
import { emptyTable } from '../table.ts';
import { selectBuilder } from './select.ts';
import { union } from './union.ts';

const first = { rows: rowsOf(1, 2, 3), ids: [2, 5, 8], parents: [0, 0, 1] };
const second = { rows: rowsOf(20, 40), ids: [5, 9], parents: [0, 1] };

describe('union', () => {
  it('puts rows that stand for the same row together, which becomes what they are made from', () => {
    expect(union([first, second], { byIdentity: true, build: selectBuilder(n) })).toEqual({
      rows: rowsOf(1, 2, 20, 3, 40),
      ids: [0, 1, 2, 3, 4],
      parents: [2, 5, 5, 8, 9],
    });
  });

  it('puts tables of different rows one after another', () => {
    expect(union([second, first], { byIdentity: false, build: selectBuilder(n) })).toEqual({
      rows: rowsOf(20, 40, 1, 2, 3),
      ids: [0, 1, 2, 3, 4],
      parents: null,
    });
  });

  it('keeps equal rows, each as often as it is there', () => {
    expect(union([first, first], { byIdentity: true, build: selectBuilder(n) }).rows).toEqual(rowsOf(1, 1, 2, 2, 3, 3));
  });

  it('gives the columns of its output alone', () => {
    const wide = { rows: [{ n: 1, m: 2 }], ids: [0], parents: null };
    expect(union([wide, wide], { byIdentity: false, build: selectBuilder(n) }).rows).toEqual(rowsOf(1, 1));
  });

  it('gives the rows of one where the others have none', () => {
    expect(union([emptyTable, second, emptyTable], { byIdentity: true, build: selectBuilder(n) }).rows).toEqual(second.rows);
    expect(union([emptyTable, emptyTable], { byIdentity: true, build: selectBuilder(n) }).rows).toEqual([]);
  });
});
