import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../test/support/stages.ts';
import { RequestScope } from '../request-scope.ts';
import { emptyTable } from '../table.ts';
import { filter } from './filter.ts';

const scope = new RequestScope();
const table = { rows: rowsOf(1, 2, 3), ids: [4, 7, 9], parents: [0, 0, 3] };

describe('filter', () => {
  it('keeps rows with their identities and parents, and does not number them anew', () => {
    expect(filter(table, () => [false, true, true], scope)).toEqual({ rows: rowsOf(2, 3), ids: [7, 9], parents: [0, 3] });
  });

  it('keeps none when the predicate keeps none', () => {
    expect(filter(table, () => [false, false, false], scope)).toEqual({ rows: [], ids: [], parents: [] });
  });

  it('gives rows without parents none', () => {
    expect(filter({ ...table, parents: null }, () => [true, false, false], scope)).toEqual({ rows: rowsOf(1), ids: [4], parents: null });
  });

  it('does not copy a table that it keeps whole', () => {
    expect(filter(table, () => [true, true, true], scope)).toBe(table);
  });

  it('does not call the predicate without rows', () => {
    const refuse = (): never => {
      throw new Error('called');
    };
    expect(filter(emptyTable, refuse, scope)).toBe(emptyTable);
  });
});
