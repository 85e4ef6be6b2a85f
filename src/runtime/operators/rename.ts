import type { AnyRow } from '../../schema/column.ts';
import { type Table, withRows } from '../table.ts';

/** The columns of each row under their new names. */
export function rename(table: Table, newNames: Readonly<Record<string, string>>): Table {
  return withRows(
    table,
    table.rows.map((row) => renameColumns(row, newNames)),
  );
}

function renameColumns(row: AnyRow, newNames: Readonly<Record<string, string>>): AnyRow {
  const renamed: Record<string, unknown> = {};
  for (const name in row) renamed[Object.hasOwn(newNames, name) ? (newNames[name] as string) : name] = row[name];
  return renamed;
}
