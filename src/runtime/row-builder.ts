import type { AnyRow, Schema } from '../schema/column.ts';
import { generatedFunction, quoted } from '../schema/generated-function.ts';

/** Where a column of a new row comes from: a column of one of the rows given, that row as a whole, or null where there is none. */
export type ColumnSource = { readonly of: 'left' | 'right'; readonly column: string } | { readonly of: 'left' | 'right' } | null;

/** Makes a row of one row or of two. */
export type RowBuilder = (left: AnyRow, right: AnyRow) => AnyRow;

/**
 * A function that makes rows of exactly the columns that are named, in their order. It is generated as one object literal: V8 then gives
 * every row of a table one shape, where copying names one by one gives it dictionaries or copies them through the runtime.
 */
export function rowBuilder(sources: Readonly<Record<string, ColumnSource>>): RowBuilder {
  if (Object.hasOwn(sources, '__proto__')) throw new RangeError('__proto__ is not a column');
  const fields = Object.entries(sources).map(([name, source]) => `${quoted(name)}: ${textOf(source)}`);
  const made = generatedFunction({}, `(left, right) => ({ ${fields.join(', ')} })`);
  return made === null ? plainBuilder(sources) : (made as RowBuilder);
}

function textOf(source: ColumnSource): string {
  if (source === null) return 'null';
  return 'column' in source ? `${source.of}[${quoted(source.column)}]` : source.of;
}

/** The same without generated code. */
export function plainBuilder(sources: Readonly<Record<string, ColumnSource>>): RowBuilder {
  const entries = Object.entries(sources);
  return (left, right) => {
    const row: Record<string, unknown> = {};
    for (const [name, source] of entries) row[name] = sourceValue(source, source?.of === 'left' ? left : right);
    return row;
  };
}

function sourceValue(source: ColumnSource, from: AnyRow): unknown {
  if (source === null) return null;
  return 'column' in source ? from[source.column] : from;
}

/** The columns of rows that have these and maybe others; null when they have no others, and can be taken as they are. */
export function narrowing(given: Schema, wanted: Schema): RowBuilder | null {
  const names = Object.keys(wanted);
  if (names.length === Object.keys(given).length) return null;
  return rowBuilder(Object.fromEntries(names.map((name) => [name, { of: 'left', column: name }])));
}
