import type { AnyRow } from '../../schema/column.ts';
import { isPromise, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import type { RowsRunner } from '../stages/row-stage.ts';
import { type Table, withRows } from '../table.ts';

/** Each row becomes what the last of the stages returns, stage after stage over all rows; no rows, no call. */
export function map(table: Table, runs: readonly RowsRunner[], scope: RequestScope): Maybe<Table> {
  if (table.rows.length === 0) return table;
  const rows = runFrom(0, table.rows, runs, scope);
  return isPromise(rows) ? rows.then((later) => withRows(table, later)) : withRows(table, rows);
}

/** The rows that one of the stages has made are read by the next alone, which may write its own over them. */
function runFrom(first: number, given: readonly AnyRow[], runs: readonly RowsRunner[], scope: RequestScope): Maybe<readonly AnyRow[]> {
  let rows = given;
  for (let i = first; i < runs.length; i++) {
    const made = (runs[i] as RowsRunner)(rows, scope, i === 0 ? undefined : (rows as AnyRow[]));
    if (isPromise(made)) return i === runs.length - 1 ? made : made.then((later) => runLater(i + 1, later, runs, scope));
    rows = made;
  }
  return rows;
}

function runLater(first: number, given: readonly AnyRow[], runs: readonly RowsRunner[], scope: RequestScope): Maybe<readonly AnyRow[]> {
  scope.nowMs = 0;
  return runFrom(first, given, runs, scope);
}
