import type { JoinKind } from '../../plan/node.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Table } from '../table.ts';

interface JoinOptions {
  readonly how: JoinKind;
  readonly as: string | null;
  /** The columns of each side, to be null where it is missing. */
  readonly leftColumns: readonly string[];
  readonly rightColumns: readonly string[];
}

/** Rows of the same identity side by side: a merge, since the ids of both sides ascend. */
export function join(left: Table, right: Table, options: JoinOptions): Table {
  const merge = merger(options);
  const rows: AnyRow[] = [];
  const ids: number[] = [];
  const parents: number[] | null = left.parents === null && right.parents === null ? null : [];
  let l = 0;
  let r = 0;
  while (l < left.ids.length || r < right.ids.length) {
    const leftId = left.ids[l] ?? Number.POSITIVE_INFINITY;
    const rightId = right.ids[r] ?? Number.POSITIVE_INFINITY;
    const leftAt = leftId <= rightId ? l++ : null;
    const rightAt = rightId <= leftId ? r++ : null;
    const merged = merge(rowAt(left, leftAt), rowAt(right, rightAt));
    if (merged === null) continue;
    rows.push(merged);
    ids.push(Math.min(leftId, rightId));
    parents?.push(parentAt(left, leftAt) ?? parentAt(right, rightAt) ?? 0);
  }
  return { rows, ids, parents };
}

function rowAt(table: Table, at: number | null): AnyRow | undefined {
  return at === null ? undefined : table.rows[at];
}

function parentAt(table: Table, at: number | null): number | undefined {
  return at === null ? undefined : table.parents?.[at];
}

/** The row of a pair of which one may be missing; null when this kind of join drops it. */
function merger({
  how,
  as,
  leftColumns,
  rightColumns,
}: JoinOptions): (left: AnyRow | undefined, right: AnyRow | undefined) => AnyRow | null {
  const noLeft = nulls(leftColumns);
  const noRight = as === null ? nulls(rightColumns) : { [as]: null };
  const rightSide = (right: AnyRow): AnyRow => (as === null ? right : { [as]: right });
  return (left, right) => {
    if (left === undefined) return how === 'outer' && right !== undefined ? { ...noLeft, ...rightSide(right) } : null;
    if (right === undefined) return how === 'inner' ? null : { ...left, ...noRight };
    return { ...left, ...rightSide(right) };
  };
}

function nulls(columns: readonly string[]): AnyRow {
  return Object.fromEntries(columns.map((name) => [name, null]));
}
