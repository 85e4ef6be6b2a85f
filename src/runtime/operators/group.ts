import type { AnyRow } from '../../schema/column.ts';
import { count } from '../table.ts';
import { KeyIndex } from './key-index.ts';

/** The places of the rows of each group: rows with equal keys, groups in the order in which they are first seen. Without keys all rows are one group, also none. */
export function groupsOf(rows: readonly AnyRow[], keys: readonly string[]): readonly (readonly number[])[] {
  if (keys.length === 0) return [count(rows.length)];
  const index = new KeyIndex(keys);
  rows.forEach((row, i) => {
    index.add(row, i);
  });
  return index.groups;
}

/** The rows at some places. */
export function rowsAt(rows: readonly AnyRow[], places: readonly number[]): readonly AnyRow[] {
  return places.map((place) => rows[place] as AnyRow);
}
