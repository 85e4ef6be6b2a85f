import type { AnyRow, Schema } from '../../schema/column.ts';
import { count, type Table, tableOf } from '../table.ts';
import { pickColumns } from './select.ts';

interface UnionOptions {
  /** Whether the inputs stand for the same rows. */
  readonly byIdentity: boolean;
  /** Those of its output. */
  readonly columns: Schema;
}

/** The rows of all tables: those that stand for the same row together, else table after table. */
export function union(tables: readonly Table[], { byIdentity, columns }: UnionOptions): Table {
  const names = Object.keys(columns);
  const row = (given: AnyRow): AnyRow => pickColumns(given, names);
  return byIdentity ? byParent(tables, row) : tableOf(tables.flatMap(({ rows }) => rows.map(row)));
}

/** A merge of tables whose ids ascend; what a row stood for is its parent now, so that it can be gathered to it. */
function byParent(tables: readonly Table[], row: (given: AnyRow) => AnyRow): Table {
  const rows: AnyRow[] = [];
  const parents: number[] = [];
  const next = tables.map(() => 0);
  for (;;) {
    const id = Math.min(...tables.map(({ ids }, i) => ids[next[i] as number] ?? Number.POSITIVE_INFINITY));
    if (id === Number.POSITIVE_INFINITY) return { rows, ids: count(rows.length), parents };
    tables.forEach((table, i) => {
      const at = next[i] as number;
      if (table.ids[at] !== id) return;
      rows.push(row(table.rows[at] as AnyRow));
      parents.push(id);
      next[i] = at + 1;
    });
  }
}
