import type { AnyRow, ColumnSpec, Schema } from '../../src/schema/column.ts';

/** The rows with their float32 values as an array of single precision holds them. */
export function inSinglePrecision(schema: Schema, rows: readonly AnyRow[]): readonly AnyRow[] {
  return rows.map((row) => Object.fromEntries(Object.entries(schema).map(([name, column]) => [name, stored(column, row[name])])));
}

function stored(column: ColumnSpec, value: unknown): unknown {
  if (value === null) return null;
  if (column.kind === 'float32') return Math.fround(value as number);
  if (column.kind === 'list') return (value as readonly unknown[]).map((element) => stored(column.of, element));
  if (column.kind === 'record') return inSinglePrecision(column.fields, [value as AnyRow])[0];
  return value;
}
