import { andThen, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import type { RowsRunner } from '../stages/row-stage.ts';
import { type Table, withRows } from '../table.ts';

/** Each row becomes what the stage returns for it; no rows, no call. */
export function map(table: Table, run: RowsRunner, scope: RequestScope): Maybe<Table> {
  if (table.rows.length === 0) return table;
  return andThen(run(table.rows, scope), (rows) => withRows(table, rows));
}
