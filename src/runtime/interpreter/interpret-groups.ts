import type { Agg, GroupFilter, GroupMap } from '../../plan/node.ts';
import type { AnyRow } from '../../schema/column.ts';
import { aggregate } from '../operators/aggregate.ts';
import { type CallStage, called } from './interpret-stages.ts';
import { pick, type Traced } from './traced.ts';

/** A stage of groups is called for one at a time; what it gives for each row goes to the row's place. */
export async function appliedToGroups(node: GroupFilter | GroupMap, table: readonly Traced[], call: CallStage): Promise<readonly Traced[]> {
  const made = new Map<Traced, readonly AnyRow[]>();
  for (const group of groupsOf(table, node.keys)) {
    const given = await called(node.stage, group, call);
    group.forEach((traced, i) => {
      made.set(traced, given[i] ?? []);
    });
  }
  if (node.op === 'groupFilter') return table.filter((traced) => made.get(traced)?.length === 1);
  return table.map((traced) => ({ path: traced.path, row: { ...pick(traced.row, node.keys), ...made.get(traced)?.[0] } }));
}

/** One row for each group, or for all rows. */
export function aggregated({ keys, aggregates }: Agg, table: readonly Traced[]): readonly Traced[] {
  const groups = keys.length === 0 ? [table] : groupsOf(table, keys);
  return groups.map((group, i) => {
    const rows = group.map(({ row }) => row);
    const made = Object.entries(aggregates).map(([name, spec]) => [name, aggregate(spec, rows)]);
    return { path: [i], row: { ...pick(rows[0] ?? {}, keys), ...Object.fromEntries(made) } };
  });
}

/** The rows of each group, groups in the order of their first rows. */
function groupsOf(table: readonly Traced[], keys: readonly string[]): readonly (readonly Traced[])[] {
  const isFirst = ({ row }: Traced, i: number): boolean => !table.slice(0, i).some((other) => sameKeys(other.row, row, keys));
  return table.filter(isFirst).map((first) => table.filter(({ row }) => sameKeys(first.row, row, keys)));
}

/** Equal as keys of groups and of joins: null equals null, NaN equals NaN. */
export function sameKeys(a: AnyRow, b: AnyRow, keys: readonly string[]): boolean {
  return keys.every((key) => sameValue(a[key], b[key]));
}

function sameValue(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
