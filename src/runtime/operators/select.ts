import type { AnyRow } from '../../schema/column.ts';
import { type Table, withRows } from '../table.ts';

/** The named columns of each row. */
export function select(table: Table, names: readonly string[]): Table {
  return withRows(
    table,
    table.rows.map((row) => pickColumns(row, names)),
  );
}

export function pickColumns(row: AnyRow, names: readonly string[]): AnyRow {
  const picked: Record<string, unknown> = {};
  for (const name of names) picked[name] = row[name];
  return picked;
}
