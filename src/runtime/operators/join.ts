import type { JoinKind } from '../../plan/node.ts';
import type { AnyRow, Schema } from '../../schema/column.ts';
import { type ColumnSource, narrowing, type RowBuilder, rowBuilder } from '../row-builder.ts';
import type { Table } from '../table.ts';

/** How the row of a pair is made, of which one may be missing; null where this kind of join drops it. */
export interface JoinBuilders {
  readonly both: RowBuilder;
  readonly leftAlone: RowBuilder | null;
  readonly rightAlone: RowBuilder | null;
}

interface JoinColumns {
  readonly how: JoinKind;
  readonly as: string | null;
  readonly left: Schema;
  readonly right: Schema;
  /** The columns that both sides have and are joined by; none where rows are joined by identity. */
  readonly on?: readonly string[];
  /** What the rows shall have: all columns of both sides, or fewer. */
  readonly output: Schema;
}

export function joinBuilders(columns: JoinColumns): JoinBuilders {
  const { how, as, right, output } = columns;
  const builder = (sides: Sides): RowBuilder =>
    rowBuilder(Object.fromEntries(Object.keys(output).map((column) => [column, sourceOf(column, columns, sides)])));
  const record = as === null ? undefined : output[as];
  const fields = record?.kind === 'record' ? narrowing(right, record.fields) : null;
  const narrowed = (build: RowBuilder): RowBuilder =>
    fields === null ? build : (leftRow, rightRow) => build(leftRow, fields(rightRow, rightRow));
  return {
    both: narrowed(builder({ left: true, right: true })),
    leftAlone: how === 'inner' ? null : builder({ left: true, right: false }),
    rightAlone: how === 'outer' ? narrowed(builder({ left: false, right: true })) : null,
  };
}

/** Which sides of a pair are there. */
interface Sides {
  readonly left: boolean;
  readonly right: boolean;
}

/** A key is that of whichever side is there. */
function sourceOf(column: string, { as, left, on = [] }: JoinColumns, sides: Sides): ColumnSource {
  if (column === as) return sides.right ? { of: 'right' } : null;
  const isOfLeft = Object.hasOwn(left, column) && (sides.left || !on.includes(column));
  const of = isOfLeft ? 'left' : 'right';
  return sides[of] ? { of, column } : null;
}

/** Rows of the same identity side by side: a merge, since the ids of both sides ascend. */
export function join(left: Table, right: Table, builders: JoinBuilders): Table {
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
    const row = pair(builders, rowAt(left, leftAt), rowAt(right, rightAt));
    if (row === null) continue;
    rows.push(row);
    ids.push(Math.min(leftId, rightId));
    parents?.push(parentAt(left, leftAt) ?? parentAt(right, rightAt) ?? 0);
  }
  return { rows, ids, parents };
}

/** The row of a pair of which one may be missing; null where this kind of join drops it. */
export function pair({ both, leftAlone, rightAlone }: JoinBuilders, left: AnyRow | undefined, right: AnyRow | undefined): AnyRow | null {
  if (left === undefined) return rightAlone === null || right === undefined ? null : rightAlone(NONE, right);
  if (right === undefined) return leftAlone === null ? null : leftAlone(left, NONE);
  return both(left, right);
}
/** For the side that is missing. */
export const NONE: AnyRow = Object.freeze({});

function rowAt(table: Table, at: number | null): AnyRow | undefined {
  return at === null ? undefined : table.rows[at];
}

function parentAt(table: Table, at: number | null): number | undefined {
  return at === null ? undefined : table.parents?.[at];
}
