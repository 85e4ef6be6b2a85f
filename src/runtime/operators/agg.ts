import type { Aggregate } from '../../plan/aggregate.ts';
import type { AnyRow, Schema } from '../../schema/column.ts';
import { type Table, tableOf } from '../table.ts';
import { aggregate } from './aggregate.ts';
import { groupsOf, rowsAt } from './group.ts';

interface AggOptions {
  readonly keys: readonly string[];
  readonly aggregates: Readonly<Record<string, Aggregate>>;
  /** Those of its output: keys and aggregates that somebody reads. */
  readonly columns: Schema;
}

/** One row per group with its keys and aggregates; without keys one row, also for no rows. */
export function agg(table: Table, { keys, aggregates, columns }: AggOptions): Table {
  const names = Object.keys(columns);
  const rows = groupsOf(table.rows, keys).map((places) => {
    const members = rowsAt(table.rows, places);
    const row: Record<string, unknown> = {};
    for (const name of names)
      row[name] = Object.hasOwn(aggregates, name) ? aggregate(aggregates[name] as Aggregate, members) : keyOf(members, name);
    return row;
  });
  return tableOf(rows);
}

/** Equal in all rows of the group, so that of the first is it. */
function keyOf([first]: readonly AnyRow[], name: string): unknown {
  return first?.[name];
}
