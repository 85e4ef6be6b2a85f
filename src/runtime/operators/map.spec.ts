import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../test/support/stages.ts';
import type { AnyRow } from '../../schema/column.ts';
import { RequestScope } from '../request-scope.ts';
import { emptyTable } from '../table.ts';
import { derive } from './derive.ts';
import { map } from './map.ts';

const scope = new RequestScope();
const table = { rows: rowsOf(1, 2), ids: [4, 7], parents: [0, 3] };
const squares = (rows: readonly AnyRow[]): readonly AnyRow[] => rows.map((row) => ({ square: Number(row.n) ** 2 }));
const refuse = (): never => {
  throw new Error('called');
};

describe('map', () => {
  it('gives the rows of the stage with the identities of those it was given', () => {
    expect(map(table, squares, scope)).toEqual({ rows: [{ square: 1 }, { square: 4 }], ids: [4, 7], parents: [0, 3] });
  });

  it('waits for a stage that is asynchronous', async () => {
    expect(await map(table, async (rows) => squares(rows), scope)).toEqual(map(table, squares, scope));
  });

  it('does not call the stage without rows', () => {
    expect(map(emptyTable, refuse, scope)).toBe(emptyTable);
  });
});

describe('derive', () => {
  it('adds the columns of the stage to each row', () => {
    expect(derive(table, squares, scope)).toEqual({
      rows: [
        { n: 1, square: 1 },
        { n: 2, square: 4 },
      ],
      ids: [4, 7],
      parents: [0, 3],
    });
  });

  it('leaves the rows it was given as they are', () => {
    derive(table, squares, scope);
    expect(table.rows).toEqual(rowsOf(1, 2));
  });

  it('does not call the stage without rows', () => {
    expect(derive(emptyTable, refuse, scope)).toBe(emptyTable);
  });
});
