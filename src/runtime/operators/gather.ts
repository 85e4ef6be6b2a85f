import type { Aggregate } from '../../plan/aggregate.ts';
import type { AnyRow, Schema } from '../../schema/column.ts';
import { type RowBuilder, rowBuilder } from '../row-builder.ts';
import { type Table, withRows } from '../table.ts';
import { aggregate } from './aggregate.ts';

interface GatherOptions {
  /** Those that somebody reads. */
  readonly aggregates: readonly (readonly [name: string, spec: Aggregate])[];
  /** Of a parent's row and a row of aggregates. */
  readonly build: RowBuilder;
}

export function gatherOptions(aggregates: Readonly<Record<string, Aggregate>>, output: Schema): GatherOptions {
  const read = Object.entries(aggregates).filter(([name]) => Object.hasOwn(output, name));
  const names = new Set(read.map(([name]) => name));
  const sources = Object.keys(output).map((column) => [column, { of: names.has(column) ? 'right' : 'left', column }] as const);
  return { aggregates: read, build: rowBuilder(Object.fromEntries(sources)) };
}

/** Each row of `parent` gains aggregates over the rows made from it: a merge, since parents ascend. */
export function gather(table: Table, parent: Table, { aggregates, build }: GatherOptions): Table {
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
    const gathered: Record<string, unknown> = {};
    for (const [name, spec] of aggregates) gathered[name] = aggregate(spec, children);
    return build(row, gathered);
  });
  return withRows(parent, rows);
}
