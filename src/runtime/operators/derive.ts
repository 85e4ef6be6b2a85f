import type { AnyRow } from '../../schema/column.ts';
import { andThen, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import type { RowsRunner } from '../stages/row-stage.ts';
import { type Table, withRows } from '../table.ts';

/** Each row gains what the stage returns for it; no rows, no call. */
export function derive(table: Table, run: RowsRunner, scope: RequestScope): Maybe<Table> {
  if (table.rows.length === 0) return table;
  return andThen(run(table.rows, scope), (added) =>
    withRows(
      table,
      table.rows.map((row, i): AnyRow => ({ ...row, ...added[i] })),
    ),
  );
}
