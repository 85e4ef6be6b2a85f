import type { RequestScope } from '../request-scope.ts';
import type { PredicateRunner } from '../stages/predicate-stage.ts';
import type { Table } from '../table.ts';

/** The rows that the predicate keeps, with their identities; no rows, no call. */
export function filter(table: Table, test: PredicateRunner, scope: RequestScope): Table {
  if (table.rows.length === 0) return table;
  const kept = test(table.rows, scope);
  if (!kept.includes(false)) return table;
  return { rows: keep(table.rows, kept), ids: keep(table.ids, kept), parents: table.parents === null ? null : keep(table.parents, kept) };
}

function keep<T>(values: readonly T[], kept: readonly boolean[]): readonly T[] {
  const some: T[] = [];
  for (let i = 0; i < values.length; i++) if (kept[i] === true) some.push(values[i] as T);
  return some;
}
