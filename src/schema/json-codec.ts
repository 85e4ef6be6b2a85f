import { closest, didYouMean } from '../errors/suggest.ts';
import { type AnyRow, type ColumnSpec, describeValue, type Schema } from './column.ts';
import { usualRowReader } from './json-reader.ts';
import { encodeTensor, tensorDecoder } from './json-tensor.ts';
import { decodeBytes, decodeFloat, decodeInteger, encodeBytes, encodeFloat, Misfit, shortName } from './json-value.ts';
import { printIssues, validateNow } from './standard-schema.ts';
import type { Tensor } from './tensor.ts';
import { extraColumn, missingColumn, mustBe } from './validate.ts';

/** Gives the row, or a sentence that names the column, what it must be and what it is. */
export type RowDecoder = (value: unknown) => AnyRow | string;
/** Gives the row as JSON can hold it. */
export type RowEncoder = (row: AnyRow) => AnyRow;

/**
 * Reads rows of a schema from parsed JSON: bytes from base64, int64 from a string or a safe number, NaN and infinities
 * from strings, tensors from `{"datatype","shape","data"}` or nested arrays, json through its Standard Schema.
 * Built once per schema. Errors: COLUMN_INVALID when the schema of a json column validates asynchronously or throws.
 */
export function rowDecoder(schema: Schema): RowDecoder {
  const readUsual = usualRowReader(schema, decoderOf);
  const decode = plainRowDecoder(schema);
  return (value) => readUsual(value) ?? decode(value);
}

/** The same column by column, which can say what is wrong; what the reader of usual rows leaves comes here. */
export function plainRowDecoder(schema: Schema): RowDecoder {
  const decode = decodeFields(schema);
  return (value) => {
    const row = decode(value);
    return row instanceof Misfit ? row.text : row;
  };
}

/** Writes rows of a schema as JSON can hold them; the inverse of `rowDecoder`. Built once per schema. */
export function rowEncoder(schema: Schema): RowEncoder {
  const columns = Object.entries(schema).map(([name, column]) => ({ name, encode: encoderOf(column) }));
  // A row whose values are JSON already is its own encoding: most answers are a label and a few numbers.
  if (columns.every(({ encode }) => encode === asIs)) return (row) => row;
  return (row) => {
    const encoded: Record<string, unknown> = {};
    for (const { name, encode } of columns) encoded[name] = encode(row[name]);
    return encoded;
  };
}

/** One row from parsed JSON, or a sentence; see `rowDecoder`, which is kept for each schema. */
export function rowFromJson(schema: Schema, value: unknown): AnyRow | string {
  return kept(decoders, schema, rowDecoder)(value);
}

/** One row as JSON can hold it; see `rowEncoder`, which is kept for each schema. */
export function rowToJson(schema: Schema, row: AnyRow): AnyRow {
  return kept(encoders, schema, rowEncoder)(row);
}

const decoders = new WeakMap<Schema, RowDecoder>();
const encoders = new WeakMap<Schema, RowEncoder>();

function kept<T>(made: WeakMap<Schema, T>, schema: Schema, make: (schema: Schema) => T): T {
  const known = made.get(schema) ?? make(schema);
  made.set(schema, known);
  return known;
}

type Decode = (value: unknown) => unknown;

function decodeFields(schema: Schema): (value: unknown) => AnyRow | Misfit {
  const columns = Object.entries(schema).map(([name, column]) => ({
    name,
    column,
    decode: decoderOf(column),
    // `{}.constructor` is there without anyone having sent it.
    isInherited: name in Object.prototype,
  }));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return new Misfit(`a row must be an object but is ${describeValue(value)}`);
    }
    const fields = value as AnyRow;
    const row: Record<string, unknown> = {};
    for (const { name, column, decode, isInherited } of columns) {
      const field = fields[name];
      if (field === undefined || (isInherited && !Object.hasOwn(fields, name))) return new Misfit(absent(name, column, fields, schema));
      const decoded = decode(field);
      if (decoded instanceof Misfit) return new Misfit(`column "${name}" ${decoded.text}`);
      row[name] = decoded;
    }
    return Object.keys(fields).length === columns.length ? row : new Misfit(extra(fields, schema));
  };
}

/** A missing column is often there under a misspelt name. */
function absent(name: string, column: ColumnSpec, fields: AnyRow, schema: Schema): string {
  const meant = closest(name, strangersIn(fields, schema));
  return `${missingColumn(name, column)}${meant === undefined ? '' : ` (there is "${meant}", which is not a column)`}`;
}

function extra(fields: AnyRow, schema: Schema): string {
  const [name = ''] = strangersIn(fields, schema);
  return `${extraColumn(name, schema)}${didYouMean(name, Object.keys(schema))}`;
}

/** Names that are not columns, made short; a few of them are enough for a sentence. */
function strangersIn(fields: AnyRow, schema: Schema): readonly string[] {
  const strangers: string[] = [];
  for (const name of Object.keys(fields)) {
    if (Object.hasOwn(schema, name)) continue;
    strangers.push(shortName(name));
    if (strangers.length === 8) break;
  }
  return strangers;
}

function decoderOf(column: ColumnSpec): Decode {
  const decode = decoderOfKind(column);
  return column.nullable ? (value) => (value === null ? null : decode(value)) : decode;
}

function decoderOfKind(column: ColumnSpec): Decode {
  switch (column.kind) {
    case 'text':
      return (value) => (typeof value === 'string' ? value : new Misfit(mustBe(column, value)));
    case 'bytes':
      return (value) =>
        decodeBytes(value) ?? new Misfit(`${mustBe(column, value)}${typeof value === 'string' ? ', which is not base64' : ''}`);
    case 'bool':
      return (value) => (typeof value === 'boolean' ? value : new Misfit(mustBe(column, value)));
    case 'int32':
      return (value) => (typeof value === 'number' && (value | 0) === value ? value : new Misfit(mustBe(column, value)));
    case 'int64':
      return (value) =>
        decodeInt64(value) ??
        new Misfit(`${mustBe(column, value)}${isRounded(value) ? ', which may have been rounded: send it as a string' : ''}`);
    case 'float32':
    case 'float64':
      return (value) => decodeFloat(value) ?? new Misfit(mustBe(column, value));
    case 'tensor':
      return tensorDecoder(column);
    case 'list':
      return listDecoder(column);
    case 'record':
      return recordDecoder(column);
    case 'json':
      return jsonDecoder(column);
  }
}

function decodeInt64(value: unknown): bigint | undefined {
  const integer = decodeInteger(value);
  return integer !== undefined && BigInt.asIntN(64, integer) === integer ? integer : undefined;
}

/** JSON's reader has made a double of it. */
function isRounded(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function listDecoder(column: ColumnSpec & { kind: 'list' }): Decode {
  const decode = decoderOf(column.of);
  return (value) => {
    if (!Array.isArray(value)) return new Misfit(mustBe(column, value));
    const elements = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i++) {
      const element = decode(value[i]);
      if (element instanceof Misfit) return new Misfit(`element ${i} ${element.text}`);
      elements[i] = element;
    }
    return elements;
  };
}

function recordDecoder(column: ColumnSpec & { kind: 'record' }): Decode {
  const decode = decodeFields(column.fields);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Misfit(mustBe(column, value));
    const fields = decode(value);
    return fields instanceof Misfit ? new Misfit(`is a record whose ${fields.text}`) : fields;
  };
}

function jsonDecoder({ schema }: ColumnSpec & { kind: 'json' }): Decode {
  if (schema === undefined) return (value) => value;
  return (value) => {
    const result = validateNow(schema, value);
    return result.issues === undefined ? result.value : new Misfit(`does not fit its schema: ${printIssues(result.issues)}`);
  };
}

type Encode = (value: unknown) => unknown;
const asIs: Encode = (value) => value;

function encoderOf(column: ColumnSpec): Encode {
  const encode = encoderOfKind(column);
  return column.nullable && encode !== asIs ? (value) => (value === null ? null : encode(value)) : encode;
}

/** What it is given has been checked against the column where it was made: hence the casts. */
function encoderOfKind(column: ColumnSpec): Encode {
  switch (column.kind) {
    case 'text':
    case 'bool':
    case 'int32':
    case 'json':
      return asIs;
    case 'bytes':
      return (value) => encodeBytes(value as Uint8Array);
    case 'int64':
      return String;
    case 'float32':
    case 'float64':
      return (value) => encodeFloat(value as number);
    case 'tensor':
      return (value) => encodeTensor(value as Tensor);
    case 'list': {
      const encode = encoderOf(column.of);
      return encode === asIs ? asIs : (value) => (value as readonly unknown[]).map(encode);
    }
    case 'record': {
      const encode = rowEncoder(column.fields);
      return (value) => encode(value as AnyRow);
    }
  }
}
