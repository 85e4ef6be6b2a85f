import { describe, expect, it } from 'vitest';
import type { AnyRow } from '../../schema/column.ts';
import { RequestScope } from '../request-scope.ts';
import { emptyTable } from '../table.ts';
import { groupFilter } from './group-filter.ts';

const scope = new RequestScope();
const rows = [
  { label: 'b', n: 1 },
  { label: 'a', n: 2 },
  { label: 'b', n: 3 },
];
const table = { rows, ids: [3, 4, 9], parents: [0, 0, 1] };
const hasTwo = (groups: readonly (readonly AnyRow[])[]): readonly boolean[] => groups.map(({ length }) => length === 2);

describe('groupFilter', () => {
  it('keeps all rows of a group or none, in their order and with their identities', () => {
    expect(groupFilter(table, ['label'], hasTwo, scope)).toEqual({ rows: [rows[0], rows[2]], ids: [3, 9], parents: [0, 1] });
  });

  it('asks for all groups at once, in the order in which they are first seen', () => {
    const seen: unknown[] = [];
    groupFilter(
      table,
      ['label'],
      (groups) => {
        seen.push(...groups);
        return [true, true];
      },
      scope,
    );
    expect(seen).toEqual([[rows[0], rows[2]], [rows[1]]]);
  });

  it('does not copy a table that it keeps whole', () => {
    expect(groupFilter(table, ['label'], (groups) => groups.map(() => true), scope)).toBe(table);
  });

  it('does not call the predicate without rows', () => {
    const refuse = (): never => {
      throw new Error('called');
    };
    expect(groupFilter(emptyTable, ['label'], refuse, scope)).toBe(emptyTable);
  });
});
