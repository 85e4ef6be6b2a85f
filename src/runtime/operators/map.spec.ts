import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../test/support/stages.ts';
import { type AnyRow, int32, schemaOf } from '../../schema/column.ts';
import { RequestScope } from '../request-scope.ts';
import { emptyTable } from '../table.ts';
import { derive, deriveBuilder } from './derive.ts';
import { map } from './map.ts';

const scope = new RequestScope();
const table = { rows: rowsOf(1, 2), ids: [4, 7], parents: [0, 3] };
const squares = (rows: readonly AnyRow[]): readonly AnyRow[] => rows.map((row) => ({ square: Number(row.n) ** 2 }));
const added = schemaOf({ square: int32 }, 'added');
const build = deriveBuilder(added, schemaOf({ n: int32, square: int32 }, 'output'));
const refuse = (): never => {
  throw new Error('called');
};

describe('map', () => {
  it('gives the rows of the stage with the identities of those it was given', () => {
    expect(map(table, [squares], scope)).toEqual({ rows: [{ square: 1 }, { square: 4 }], ids: [4, 7], parents: [0, 3] });
  });

  it('waits for a stage that is asynchronous', async () => {
    expect(await map(table, [async (rows: readonly AnyRow[]) => squares(rows)], scope)).toEqual(map(table, [squares], scope));
  });

  it('gives each stage what the one before has made, synchronous or not', async () => {
    const rowsBefore = table.rows;
    const added = (rows: readonly AnyRow[], _: RequestScope, made: AnyRow[] = []): readonly AnyRow[] => {
      for (const [i, row] of rows.entries()) made[i] = { n: Number(row.n) + 1 };
      return made;
    };
    const later = async (rows: readonly AnyRow[]): Promise<readonly AnyRow[]> => added(rows, scope);
    expect(map(table, [added, added, squares], scope)).toMatchObject({ rows: [{ square: 9 }, { square: 16 }], ids: [4, 7] });
    expect(await map(table, [added, later, squares], scope)).toMatchObject({ rows: [{ square: 9 }, { square: 16 }] });
    expect(rowsBefore).toEqual(rowsOf(1, 2));
  });

  it('does not call the stage without rows', () => {
    expect(map(emptyTable, [refuse], scope)).toBe(emptyTable);
  });
});

describe('derive', () => {
  it('adds the columns of the stage to each row', () => {
    expect(derive(table, squares, scope, build)).toEqual({
      rows: [
        { n: 1, square: 1 },
        { n: 2, square: 4 },
      ],
      ids: [4, 7],
      parents: [0, 3],
    });
  });

  it('gives the columns of its output alone', () => {
    const square = deriveBuilder(added, added);
    expect(derive(table, squares, scope, square)).toMatchObject({ rows: [{ square: 1 }, { square: 4 }] });
  });

  it('leaves the rows it was given as they are', () => {
    derive(table, squares, scope, build);
    expect(table.rows).toEqual(rowsOf(1, 2));
  });

  it('does not call the stage without rows', () => {
    expect(derive(emptyTable, refuse, scope, build)).toBe(emptyTable);
  });
});
