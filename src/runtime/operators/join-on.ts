import type { JoinKind } from '../../plan/node.ts';
import type { AnyRow, ColumnSpec, Schema } from '../../schema/column.ts';
import { count, type Table } from '../table.ts';
import { KeyIndex } from './key-index.ts';
import { pickColumns } from './select.ts';

interface JoinOnOptions {
  readonly on: readonly string[];
  readonly how: JoinKind;
  readonly as: string | null;
  readonly leftColumns: Schema;
  /** Those of its output. */
  readonly columns: Schema;
}

/**
 * Every pair of rows with equal keys, in the order of the left rows, then of the right ones; a null equals nothing. What a pair
 * was made from is its left row, but in an outer join, whose unmatched right rows have none. Few rows can make many pairs, so
 * that now and then `mayGoOn` is asked, which may throw.
 */
export function joinOn(left: Table, right: Table, options: JoinOnOptions, mayGoOn: () => void): Table {
  const { on, how } = options;
  const pair = pairing(options);
  const index = indexOf(right.rows, on);
  const rows: AnyRow[] = [];
  const parents: number[] = [];
  const matched = new Set<number>();
  const put = (row: AnyRow, parent: number): void => {
    rows.push(row);
    parents.push(parent);
    if (rows.length % PAIRS_BETWEEN === 0) mayGoOn();
  };
  left.rows.forEach((row, i) => {
    const places = index.find(row);
    const parent = left.ids[i] as number;
    for (const place of places) {
      matched.add(place);
      put(pair(row, right.rows[place]), parent);
    }
    if (places.length === 0 && how !== 'inner') put(pair(row, undefined), parent);
  });
  if (how !== 'outer') return { rows, ids: count(rows.length), parents };
  right.rows.forEach((row, i) => {
    if (!matched.has(i)) rows.push(pair(undefined, row));
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

type Maker = (left: AnyRow | undefined, right: AnyRow | undefined) => unknown;

/** The row of a pair of which one may be missing. */
function pairing(options: JoinOnOptions): (left: AnyRow | undefined, right: AnyRow | undefined) => AnyRow {
  const makers = Object.entries(options.columns).map(([name, column]) => [name, makerOf(name, column, options)] as const);
  return (left, right) => {
    const row: Record<string, unknown> = {};
    for (const [name, make] of makers) row[name] = make(left, right);
    return row;
  };
}

function makerOf(name: string, column: ColumnSpec, { on, as, leftColumns }: JoinOnOptions): Maker {
  if (name === as) {
    const fields = column.kind === 'record' ? Object.keys(column.fields) : [];
    return (_, right) => (right === undefined ? null : pickColumns(right, fields));
  }
  if (on.includes(name)) return (left, right) => (left ?? right)?.[name];
  return Object.hasOwn(leftColumns, name) ? (left) => left?.[name] ?? null : (_, right) => right?.[name] ?? null;
}
