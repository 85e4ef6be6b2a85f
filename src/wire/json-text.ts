import type { AnyRow, ColumnSpec } from '../schema/column.ts';
import { type RowDecoder, rowDecoder, rowEncoder } from '../schema/json-codec.ts';

/** Writes the values of a column as JSON, and reads them. */
interface JsonText {
  /** Throws what JSON.stringify throws. */
  readonly write: (value: unknown) => string;
  readonly read: RowDecoder;
}

/** The only column of the rows that values are put into for the codec of rows. */
export const VALUE = 'value';

const known = new WeakMap<ColumnSpec, JsonText>();

/** The text of a column's values, each as it stands in the rows of FlowServe's own JSON. Made once for each column. */
export function jsonText(column: ColumnSpec): JsonText {
  const made = known.get(column) ?? createJsonText(column);
  known.set(column, made);
  return made;
}

function createJsonText(column: ColumnSpec): JsonText {
  const encode = rowEncoder({ [VALUE]: column });
  const read = rowDecoder({ [VALUE]: column });
  return { read, write: (value) => textOf(encode({ [VALUE]: value })) };
}

/** JSON.stringify gives undefined for what it leaves out of objects. */
function textOf(row: AnyRow): string {
  const text: string | undefined = JSON.stringify(row[VALUE]);
  if (text === undefined) throw new TypeError('JSON has no such value');
  return text;
}
