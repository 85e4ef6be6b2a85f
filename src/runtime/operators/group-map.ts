import type { AnyRow, Schema } from '../../schema/column.ts';
import { andThen, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import type { GroupRunner } from '../stages/group-stage.ts';
import { type Table, withRows } from '../table.ts';
import { groupsOf, rowsAt } from './group.ts';

interface GroupMapOptions {
  readonly keys: readonly string[];
  /** Those of its output: of the keys and of what the stage returns, those that somebody reads. */
  readonly columns: Schema;
}

/** Each row becomes its keys and what the stage returns for it among the rows of its group; no rows, no call. */
export function groupMap(table: Table, { keys, columns }: GroupMapOptions, run: GroupRunner, scope: RequestScope): Maybe<Table> {
  if (table.rows.length === 0) return table;
  const groups = groupsOf(table.rows, keys);
  const names = Object.keys(columns);
  const groupRows = groups.map((places) => rowsAt(table.rows, places));
  return andThen(run(groupRows, scope), (made) => {
    const rows: AnyRow[] = [...table.rows];
    groups.forEach((places, g) => {
      places.forEach((place, i) => {
        rows[place] = withKeys(table.rows[place] as AnyRow, made[g]?.[i] as AnyRow, keys, names);
      });
    });
    return withRows(table, rows);
  });
}

function withKeys(before: AnyRow, after: AnyRow, keys: readonly string[], names: readonly string[]): AnyRow {
  const row: Record<string, unknown> = {};
  for (const name of names) row[name] = keys.includes(name) ? before[name] : after[name];
  return row;
}
