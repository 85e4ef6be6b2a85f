import type { AnyRow, ColumnSpec, Schema } from './column.ts';
import { generatedFunction, quoted } from './generated-function.ts';
import { Misfit } from './json-value.ts';

/** Gives what it has read, or undefined where it has doubts: then the decoder that can say what is wrong judges the value. */
export type UsualReader<T = unknown> = (value: unknown) => T | undefined;
type DecoderOf = (column: ColumnSpec) => (value: unknown) => unknown;

/**
 * Reads the usual row of a schema from parsed JSON by a function made for its columns. What it takes it gives as the decoders would,
 * which `decoderOf` makes for columns that are more than a check; arrays of plain values are not copied, since JSON's reader made them.
 */
export function usualRowReader(schema: Schema, decoderOf: DecoderOf): UsualReader<AnyRow> {
  const columns = Object.entries(schema);
  const readers = columns.map(([, column]) => (checkOf(column, 'value') === undefined ? readerOf(column, decoderOf) : undefined));
  const reads = columns.map(([name, column], i) => `${ownOnly(name)}${read(column, `value[${quoted(name)}]`, i)}`);
  const fields = columns.map(([name], i) => `${fieldName(name)}: v${i}`);
  const made = generatedFunction(
    { readers, isArray: Array.isArray, keys: Object.keys, hasOwn: Object.hasOwn },
    `(value) => {
      if (typeof value !== 'object' || value === null || isArray(value) || keys(value).length !== ${columns.length}) return undefined;
      ${reads.join('\n')}
      return { ${fields.join(', ')} };
    }`,
  );
  // Only the text above says what it gives.
  return made === null ? () => undefined : (made as UsualReader<AnyRow>);
}

/** The text that reads one column into a constant, or leaves. */
function read(column: ColumnSpec, value: string, i: number): string {
  const check = checkOf(column, `v${i}`);
  if (check !== undefined) return `const v${i} = ${value}; if (!(${check})) return undefined;`;
  return `const v${i} = readers[${i}](${value}); if (v${i} === undefined) return undefined;`;
}

/** `{}.constructor` is there without anyone having sent it. */
function ownOnly(name: string): string {
  return name in Object.prototype ? `if (!hasOwn(value, ${quoted(name)})) return undefined;` : '';
}

/** In an object literal this one name would set the prototype; no column has it that was made by the functions for columns. */
function fieldName(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : quoted(name);
}

/** The text of a condition under which a value of JSON is its own decoding; undefined where there is none. */
function checkOf(column: ColumnSpec, value: string): string | undefined {
  const check = checkOfKind(column, value);
  return check !== undefined && column.nullable ? `(${value} === null || ${check})` : check;
}

function checkOfKind({ kind }: ColumnSpec, value: string): string | undefined {
  switch (kind) {
    case 'text':
      return `typeof ${value} === 'string'`;
    case 'bool':
      return `typeof ${value} === 'boolean'`;
    case 'int32':
      return `(typeof ${value} === 'number' && (${value} | 0) === ${value})`;
    case 'float32':
    case 'float64':
      // Only finite numbers differ from themselves by 0.
      return `(typeof ${value} === 'number' && ${value} - ${value} === 0)`;
    case 'bytes':
    case 'int64':
    case 'tensor':
    case 'list':
    case 'record':
    case 'json':
      return undefined;
  }
}

function readerOf(column: ColumnSpec, decoderOf: DecoderOf): UsualReader {
  const reader = readerOfKind(column, decoderOf);
  return column.nullable ? (value) => (value === null ? null : reader(value)) : reader;
}

function readerOfKind(column: ColumnSpec, decoderOf: DecoderOf): UsualReader {
  if (column.kind === 'record') return usualRowReader(column.fields, decoderOf);
  if (column.kind === 'list') return listReader(column.of, decoderOf);
  const decode = decoderOf(column);
  return (value) => {
    const decoded = value === undefined ? undefined : decode(value);
    return decoded instanceof Misfit ? undefined : decoded;
  };
}

function listReader(of: ColumnSpec, decoderOf: DecoderOf): UsualReader {
  return isUsualList(of) ?? listOf(readerOf(of, decoderOf));
}

/** A list whose elements are their own decodings is its own. */
function isUsualList(of: ColumnSpec): UsualReader | null {
  const check = checkOf(of, 'element');
  if (check === undefined) return null;
  const made = generatedFunction(
    { isArray: Array.isArray },
    `(list) => {
      if (!isArray(list)) return undefined;
      for (let i = 0; i < list.length; i++) {
        const element = list[i];
        if (!(${check})) return undefined;
      }
      return list;
    }`,
  );
  return made === null ? () => undefined : (made as UsualReader);
}

function listOf(read: UsualReader): UsualReader {
  return (list) => {
    if (!Array.isArray(list)) return undefined;
    const elements = new Array<unknown>(list.length);
    for (let i = 0; i < list.length; i++) {
      const element = read(list[i]);
      if (element === undefined) return undefined;
      elements[i] = element;
    }
    return elements;
  };
}
