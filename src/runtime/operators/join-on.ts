import type { AnyRow } from '../../schema/column.ts';
import { count, type Table } from '../table.ts';
import { type JoinBuilders, NONE, pair } from './join.ts';
import { KeyIndex } from './key-index.ts';

interface JoinOnOptions {
  readonly on: readonly string[];
  readonly builders: JoinBuilders;
}

/**
 * Every pair of rows with equal keys, in the order of the left rows, then of the right ones; a null equals nothing. What a pair
 * was made from is its left row, but in an outer join, whose unmatched right rows have none. Few rows can make many pairs, so
 * that now and then `mayGoOn` is asked, which may throw.
 */
export function joinOn(left: Table, right: Table, { on, builders }: JoinOnOptions, mayGoOn: () => void): Table {
  const index = indexOf(right.rows, on);
  const rows: AnyRow[] = [];
  const parents: number[] = [];
  const matched = new Set<number>();
  const put = (row: AnyRow | null, parent: number): void => {
    if (row === null) return;
    rows.push(row);
    parents.push(parent);
    if (rows.length % PAIRS_BETWEEN === 0) mayGoOn();
  };
  left.rows.forEach((row, i) => {
    const places = index.find(row);
    const parent = left.ids[i] as number;
    for (const place of places) {
      matched.add(place);
      put(pair(builders, row, right.rows[place]), parent);
    }
    if (places.length === 0) put(pair(builders, row, undefined), parent);
  });
  const { rightAlone } = builders;
  if (rightAlone === null) return { rows, ids: count(rows.length), parents };
  right.rows.forEach((row, i) => {
    if (!matched.has(i)) rows.push(rightAlone(NONE, row));
  });
  return { rows, ids: count(rows.length), parents: null };
}

const PAIRS_BETWEEN = 1024;

/** A row with a null among its keys is not in it, so that none is found by one. */
function indexOf(rows: readonly AnyRow[], on: readonly string[]): KeyIndex {
  const index = new KeyIndex(on);
  rows.forEach((row, i) => {
    if (!hasNull(row, on)) index.add(row, i);
  });
  return index;
}

function hasNull(row: AnyRow, names: readonly string[]): boolean {
  return names.some((name) => row[name] === null);
}
