import { describe, expect, it } from 'vitest';
import { type AnyRow, int32, schemaOf, text } from '../../schema/column.ts';
import { RequestScope } from '../request-scope.ts';
import { emptyTable } from '../table.ts';
import { groupMap } from './group-map.ts';

const scope = new RequestScope();
const rows = [
  { label: 'b', n: 1 },
  { label: 'a', n: 2 },
  { label: 'b', n: 3 },
];
const table = { rows, ids: [3, 4, 9], parents: [0, 0, 1] };
const ranks = (groups: readonly (readonly AnyRow[])[]): readonly (readonly AnyRow[])[] =>
  groups.map((group) => group.map((_, i) => ({ rank: i, size: group.length })));
const columns = schemaOf({ label: text, rank: int32, size: int32 }, 'map');

describe('groupMap', () => {
  it('gives each row its keys and what the stage returned at its place in the group, with its identity', () => {
    expect(groupMap(table, { keys: ['label'], columns }, ranks, scope)).toEqual({
      rows: [
        { label: 'b', rank: 0, size: 2 },
        { label: 'a', rank: 0, size: 1 },
        { label: 'b', rank: 1, size: 2 },
      ],
      ids: [3, 4, 9],
      parents: [0, 0, 1],
    });
  });

  it('gives the columns of its output alone', () => {
    const narrow = { keys: ['label'], columns: schemaOf({ rank: int32 }, 'map') };
    expect(groupMap(table, narrow, ranks, scope)).toMatchObject({ rows: [{ rank: 0 }, { rank: 0 }, { rank: 1 }] });
  });

  it('waits for a stage that is asynchronous', async () => {
    const options = { keys: ['label'], columns };
    expect(await groupMap(table, options, async (groups) => ranks(groups), scope)).toEqual(groupMap(table, options, ranks, scope));
  });

  it('does not call the stage without rows', () => {
    const refuse = (): never => {
      throw new Error('called');
    };
    expect(groupMap(emptyTable, { keys: ['label'], columns }, refuse, scope)).toBe(emptyTable);
  });
});
