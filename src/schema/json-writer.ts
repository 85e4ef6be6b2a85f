import type { AnyRow, ColumnSpec, Schema } from './column.ts';
import { generatedFunction, quoted } from './generated-function.ts';
import { rowEncoder } from './json-codec.ts';
import { encodeTensor } from './json-tensor.ts';
import { encodeBytes, encodeFloat } from './json-value.ts';
import type { Tensor } from './tensor.ts';

/** Gives the text of a row in JSON. */
export type RowWriter = (row: AnyRow) => string;
type Write = (value: unknown) => string;

/**
 * Writes rows of a schema as JSON text, the same as JSON.stringify after `rowEncoder`: a function made for the columns has their names
 * in its text. Throws what JSON.stringify throws for a value of a json column that JSON cannot hold.
 */
export function rowWriter(schema: Schema): RowWriter {
  const encode = rowEncoder(schema);
  const columns = Object.entries(schema);
  // JSON.stringify leaves out a field whose value it cannot write, and only a json column may have such a value.
  const made = columns.some(([, column]) => holdsJson(column)) ? null : generatedWriter(columns);
  return made ?? ((row) => JSON.stringify(encode(row)));
}

function holdsJson(column: ColumnSpec): boolean {
  if (column.kind === 'list') return holdsJson(column.of);
  return column.kind === 'record' ? Object.values(column.fields).some(holdsJson) : column.kind === 'json';
}

function generatedWriter(columns: readonly (readonly [string, ColumnSpec])[]): RowWriter | null {
  const writers = columns.map(([, column]) => writerOf(column));
  const fields = columns.map(([name, column], i) => `${quoted(`${i === 0 ? '' : ','}${quoted(name)}:`)} + ${textOf(column, i)}`);
  const reads = columns.map(([name], i) => `const v${i} = row[${quoted(name)}];`);
  const made = generatedFunction({ writers, writeText }, `(row) => { ${reads.join(' ')} return '{' + ${[...fields, "'}'"].join(' + ')}; }`);
  // Only the text above says what it gives.
  return made as RowWriter | null;
}

/** The text of an expression that writes the value in v0, v1, …; what it is given has been checked where it was made. */
function textOf(column: ColumnSpec, i: number): string {
  const text = textOfKind(column, i);
  return column.nullable ? `(v${i} === null ? 'null' : ${text})` : text;
}

function textOfKind({ kind }: ColumnSpec, i: number): string {
  switch (kind) {
    case 'text':
      return `writeText(v${i})`;
    case 'bool':
    case 'int32':
      return `v${i}`;
    case 'float32':
    case 'float64':
      return `(v${i} - v${i} === 0 ? v${i} : '"' + v${i} + '"')`;
    case 'bytes':
    case 'int64':
    case 'tensor':
    case 'list':
    case 'record':
    case 'json':
      return `writers[${i}](v${i})`;
  }
}

/** For values that may not be null; hence the casts to what their columns hold. */
function writerOf(column: ColumnSpec): Write {
  switch (column.kind) {
    case 'text':
      return (value) => writeText(value as string);
    case 'float32':
    case 'float64':
      return (value) => JSON.stringify(encodeFloat(value as number));
    case 'bytes':
      return (value) => `"${encodeBytes(value as Uint8Array)}"`;
    case 'int64':
      return (value) => `"${String(value)}"`;
    case 'tensor':
      return (value) => JSON.stringify(encodeTensor(value as Tensor));
    case 'list':
      return listWriter(column.of);
    case 'record': {
      const write = rowWriter(column.fields);
      return (value) => write(value as AnyRow);
    }
    case 'bool':
    case 'int32':
    case 'json':
      return JSON.stringify;
  }
}

function listWriter(of: ColumnSpec): Write {
  switch (of.kind) {
    case 'text':
    case 'bool':
    case 'int32':
      return JSON.stringify;
    case 'float32':
    case 'float64':
      return (list) => (areFinite(list as readonly unknown[]) ? JSON.stringify(list) : writeEach(list, writeNumber));
    case 'bytes':
    case 'int64':
    case 'tensor':
    case 'list':
    case 'record':
    case 'json': {
      const write = writerOf(of);
      return (list) => writeEach(list, (value) => (value === null ? 'null' : write(value)));
    }
  }
}

function areFinite(numbers: readonly unknown[]): boolean {
  for (const number of numbers) if (!Number.isFinite(number)) return false;
  return true;
}

function writeEach(list: unknown, write: Write): string {
  return `[${(list as readonly unknown[]).map(write).join(',')}]`;
}

function writeNumber(value: unknown): string {
  return value === null ? 'null' : JSON.stringify(encodeFloat(value as number));
}

/** A short text that stands as it is needs no call of JSON.stringify. */
function writeText(value: string): string {
  return value.length > SHORT || ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
}
const SHORT = 64;
/** What JSON.stringify writes otherwise than it stands: quotes, backslashes, control characters, halves of characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;
