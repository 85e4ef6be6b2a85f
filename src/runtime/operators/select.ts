import type { AnyRow, Schema } from '../../schema/column.ts';
import { type RowBuilder, rowBuilder } from '../row-builder.ts';
import { type Table, withRows } from '../table.ts';

/** Each row made anew of its own columns: what select and rename come to. */
export function rebuild(table: Table, build: RowBuilder): Table {
  return withRows(table, rebuilt(table.rows, build));
}

export function rebuilt(given: readonly AnyRow[], build: RowBuilder): AnyRow[] {
  const rows = new Array<AnyRow>(given.length);
  for (let i = 0; i < given.length; i++) {
    const row = given[i] as AnyRow;
    rows[i] = build(row, row);
  }
  return rows;
}

/** Makes rows of the named columns. */
export function selectBuilder(output: Schema): RowBuilder {
  return rowBuilder(Object.fromEntries(Object.keys(output).map((column) => [column, { of: 'left', column }])));
}

export function pickColumns(row: AnyRow, names: readonly string[]): AnyRow {
  const picked: Record<string, unknown> = {};
  for (const name of names) picked[name] = row[name];
  return picked;
}
