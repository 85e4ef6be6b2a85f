import type { AnyRow } from '../../schema/column.ts';
import { andThen, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ExpandRunner } from '../stages/expander-stage.ts';
import { count, emptyTable, type Table } from '../table.ts';

/** Each row becomes the rows that the expander makes from it, with identities of their own; no rows, no call. */
export function flatMap(table: Table, expand: ExpandRunner, scope: RequestScope): Maybe<Table> {
  if (table.rows.length === 0) return emptyTable;
  return andThen(expand(table.rows, scope), (made) => {
    const rows: AnyRow[] = [];
    const parents: number[] = [];
    made.forEach((children, i) => {
      for (const child of children) {
        rows.push(child);
        parents.push(table.ids[i] as number);
      }
    });
    return { rows, ids: count(rows.length), parents };
  });
}
