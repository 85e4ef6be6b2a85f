import type { Aggregate } from '../../plan/aggregate.ts';
import type { AnyRow } from '../../schema/column.ts';
import { type Table, withRows } from '../table.ts';
import { aggregate } from './aggregate.ts';

/** Each row of `parent` gains aggregates over the rows made from it: a merge, since parents ascend. */
export function gather(table: Table, parent: Table, aggregates: Readonly<Record<string, Aggregate>>): Table {
  let next = 0;
  const takeChildren = (id: number): readonly AnyRow[] => {
    const children: AnyRow[] = [];
    // Children whose parent row was filtered out of this flow belong to nobody.
    while (next < table.rows.length && (table.parents?.[next] ?? 0) < id) next++;
    while (next < table.rows.length && table.parents?.[next] === id) children.push(table.rows[next++] as AnyRow);
    return children;
  };
  const rows = parent.rows.map((row, i) => {
    const children = takeChildren(parent.ids[i] as number);
    const gathered: Record<string, unknown> = { ...row };
    for (const name in aggregates) gathered[name] = aggregate(aggregates[name] as Aggregate, children);
    return gathered;
  });
  return withRows(parent, rows);
}
