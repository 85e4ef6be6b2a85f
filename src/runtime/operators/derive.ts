import type { AnyRow, Schema } from '../../schema/column.ts';
import { andThen, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { type RowBuilder, rowBuilder } from '../row-builder.ts';
import type { RowsRunner } from '../stages/row-stage.ts';
import { type Table, withRows } from '../table.ts';

/** Each row gains what the stage returns for it; no rows, no call. */
export function derive(table: Table, run: RowsRunner, scope: RequestScope, build: RowBuilder): Maybe<Table> {
  if (table.rows.length === 0) return table;
  return andThen(run(table.rows, scope), (added) => withRows(table, pairs(table.rows, added, build)));
}

/** Makes the rows of a derive: the columns of the output that the stage returns, and the others of the row it was given. */
export function deriveBuilder(added: Schema, output: Schema): RowBuilder {
  return rowBuilder(
    Object.fromEntries(Object.keys(output).map((column) => [column, { of: Object.hasOwn(added, column) ? 'right' : 'left', column }])),
  );
}

/** A row made of each row of one side with the row at the same place of the other. */
function pairs(left: readonly AnyRow[], right: readonly AnyRow[], build: RowBuilder): readonly AnyRow[] {
  const rows = new Array<AnyRow>(left.length);
  for (let i = 0; i < left.length; i++) rows[i] = build(left[i] as AnyRow, right[i] as AnyRow);
  return rows;
}
