import type { AnyRow } from '../../schema/column.ts';
import type { RowBuilder } from '../row-builder.ts';
import { count, type Table, tableOf } from '../table.ts';
import { rebuilt } from './select.ts';

interface UnionOptions {
  /** Whether the inputs stand for the same rows. */
  readonly byIdentity: boolean;
  /** Makes a row of its output of one of any input. */
  readonly build: RowBuilder;
}

/** The rows of all tables: those that stand for the same row together, else table after table. */
export function union(tables: readonly Table[], { byIdentity, build }: UnionOptions): Table {
  return byIdentity ? byParent(tables, build) : tableOf(tables.flatMap(({ rows }) => rebuilt(rows, build)));
}

/** A merge of tables whose ids ascend; what a row stood for is its parent now, so that it can be gathered to it. */
function byParent(tables: readonly Table[], build: RowBuilder): Table {
  const rows: AnyRow[] = [];
  const parents: number[] = [];
  const next = tables.map(() => 0);
  for (;;) {
    const id = Math.min(...tables.map(({ ids }, i) => ids[next[i] as number] ?? Number.POSITIVE_INFINITY));
    if (id === Number.POSITIVE_INFINITY) return { rows, ids: count(rows.length), parents };
    tables.forEach((table, i) => {
      const at = next[i] as number;
      if (table.ids[at] !== id) return;
      const row = table.rows[at] as AnyRow;
      rows.push(build(row, row));
      parents.push(id);
      next[i] = at + 1;
    });
  }
}
