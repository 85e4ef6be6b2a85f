import type { RequestScope } from '../request-scope.ts';
import type { GroupPredicateRunner } from '../stages/group-predicate-stage.ts';
import type { Table } from '../table.ts';
import { groupsOf, rowsAt } from './group.ts';

/** The rows of the groups that the predicate keeps, in their order and with their identities; no rows, no call. */
export function groupFilter(table: Table, keys: readonly string[], test: GroupPredicateRunner, scope: RequestScope): Table {
  if (table.rows.length === 0) return table;
  const groups = groupsOf(table.rows, keys);
  const verdicts = test(
    groups.map((places) => rowsAt(table.rows, places)),
    scope,
  );
  if (verdicts.every((isKept) => isKept)) return table;
  const kept = new Set(groups.filter((_, i) => verdicts[i]).flat());
  const keep = <T>(values: readonly T[]): readonly T[] => values.filter((_, i) => kept.has(i));
  return { rows: keep(table.rows), ids: keep(table.ids), parents: table.parents === null ? null : keep(table.parents) };
}
