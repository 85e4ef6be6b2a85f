import type { Schema } from '../../schema/column.ts';
import { type RowBuilder, rowBuilder } from '../row-builder.ts';

/** Makes rows of the columns under their new names; `newNames` by old name. */
export function renameBuilder(newNames: Readonly<Record<string, string>>, output: Schema): RowBuilder {
  const oldNames = new Map(Object.entries(newNames).map(([before, after]) => [after, before]));
  return rowBuilder(Object.fromEntries(Object.keys(output).map((name) => [name, { of: 'left', column: oldNames.get(name) ?? name }])));
}
