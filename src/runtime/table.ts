import type { AnyRow } from '../schema/column.ts';

/**
 * The rows of one flow for one request, with their identities, which user code never sees. `ids` number the
 * rows of an origin and ascend. Where that origin has a parent, `parents` has for each row the id of the row of the parent that it
 * was made from, and ascends too: after a flatMap, a joinOn that is not outer, a union of flows of one origin.
 */
export interface Table {
  readonly rows: readonly AnyRow[];
  readonly ids: readonly number[];
  readonly parents: readonly number[] | null;
}

const NONE: readonly never[] = Object.freeze([]);
export const emptyTable: Table = Object.freeze({ rows: NONE, ids: NONE, parents: null });

/** The table of a request's own rows. */
export function tableOf(rows: readonly AnyRow[]): Table {
  return { rows, ids: count(rows.length), parents: null };
}

/** 0, 1, 2, … */
export function count(length: number): readonly number[] {
  const known = counted[length];
  if (known !== undefined) return known;
  const ids = Object.freeze(Array.from({ length }, (_, i) => i));
  if (length < MOST_COUNTED) counted[length] = ids;
  return ids;
}
/** Most requests have few rows, and their identities are the same. */
const counted: (readonly number[])[] = [];
const MOST_COUNTED = 1024;

/** The same identities with other rows. */
export function withRows(table: Table, rows: readonly AnyRow[]): Table {
  return { rows, ids: table.ids, parents: table.parents };
}
