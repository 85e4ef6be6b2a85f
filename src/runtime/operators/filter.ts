import type { RequestScope } from '../request-scope.ts';
import type { PredicateRunner } from '../stages/predicate-stage.ts';
import type { Table } from '../table.ts';

/** The rows that the predicate keeps, with their identities; no rows, no call. */
export function filter(table: Table, test: PredicateRunner, scope: RequestScope): Table {
  if (table.rows.length === 0) return table;
  const kept = test(table.rows, scope);
  if (kept.every((isKept) => isKept)) return table;
  const keep = <T>(values: readonly T[]): readonly T[] => values.filter((_, i) => kept[i]);
  return { rows: keep(table.rows), ids: keep(table.ids), parents: table.parents === null ? null : keep(table.parents) };
}
