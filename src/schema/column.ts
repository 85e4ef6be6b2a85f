import type { StandardSchemaV1 } from '@standard-schema/spec';
import { FlowError } from '../errors/flow-error.ts';
import { type Datatype, isDatatype, type Shape, type Tensor } from './tensor.ts';

/**
 * The type of one column. The unit of typing is the column and rows are derived from it: typed by rows,
 * int32, float32 and float64 would all be `number` and wrong edges would compile.
 */
export interface Column<Kind extends string, T> {
  readonly kind: Kind;
  readonly '~value': T;
}
export interface Text extends Column<'text', string> {}
export interface Bytes extends Column<'bytes', Uint8Array> {}
export interface Bool extends Column<'bool', boolean> {}
export interface Int32 extends Column<'int32', number> {}
export interface Int64 extends Column<'int64', bigint> {}
export interface Float32 extends Column<'float32', number> {}
export interface Float64 extends Column<'float64', number> {}
export interface Null extends Column<'null', null> {}
export interface Json<T> extends Column<'json', T> {}
export interface List<C extends AnyColumn> extends Column<'list', readonly C['~value'][]> {
  readonly of: C;
}
export interface RecordOf<C extends Columns> extends Column<'record', Row<C>> {
  readonly fields: C;
}
export interface Tensors<D extends Datatype, S extends Shape> extends Column<'tensor', Tensor<D, S>> {
  readonly datatype: D;
  readonly shape: S;
}
export type AnyColumn = Column<string, unknown>;
export type Columns = { readonly [name: string]: AnyColumn };

/** The values of a column: `ValueOf<typeof text>` is string. */
export type ValueOf<C extends AnyColumn> = C['~value'];

/** One row of a flow with columns C. */
export type Row<C extends Columns> = { readonly [K in keyof C]: C[K]['~value'] } & {};
export type Flatten<T> = { readonly [K in keyof T]: T[K] } & {};

/** -1 becomes `number`: then [3,224] fits [-1,224] and not the reverse, by plain assignability. */
export type Dynamic<S extends Shape> = { readonly [I in keyof S]: S[I] extends -1 ? number : S[I] };

/** What a column is at run time: plain data that can be printed, compared and sent, but for the schema of json. */
export type ColumnSpec = (ScalarSpec | BytesSpec | TensorSpec | ListSpec | RecordSpec | JsonSpec) & { readonly nullable: boolean };
interface ScalarSpec {
  readonly kind: 'text' | 'bool' | 'int32' | 'int64' | 'float32' | 'float64';
}
interface BytesSpec {
  readonly kind: 'bytes';
}
interface TensorSpec {
  readonly kind: 'tensor';
  readonly datatype: Datatype;
  readonly shape: Shape;
}
interface ListSpec {
  readonly kind: 'list';
  readonly of: ColumnSpec;
}
interface RecordSpec {
  readonly kind: 'record';
  readonly fields: Schema;
}
interface JsonSpec {
  readonly kind: 'json';
  /** Absent where a plan has been sent to another place: values are validated where they enter. */
  readonly schema?: StandardSchemaV1 | undefined;
}
/** Columns whose values JavaScript holds whole: no arrays of bytes or numbers, and no columns inside. */
type PlainSpec = (ScalarSpec | JsonSpec) & { readonly nullable: boolean };
/** The columns of a flow at run time, by name, in order. */
export type Schema = Readonly<Record<string, ColumnSpec>>;
/** A row of any schema. */
export type AnyRow = Readonly<Record<string, unknown>>;

const kinds: ReadonlySet<unknown> = new Set([
  'text',
  'bytes',
  'bool',
  'int32',
  'int64',
  'float32',
  'float64',
  'tensor',
  'list',
  'record',
  'json',
]);

/** The typed face of a column: its value's type exists for the compiler alone. */
function column<C extends AnyColumn>(spec: DistributedOmit<ColumnSpec, 'nullable'>): C {
  return Object.freeze({ ...spec, nullable: false }) as unknown as C;
}
type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A string. */
export const text = column<Text>({ kind: 'text' });
/** A byte string, as Uint8Array; base64 in JSON. */
export const bytes = column<Bytes>({ kind: 'bytes' });
/** True or false. */
export const bool = column<Bool>({ kind: 'bool' });
/** A whole number from -2³¹ to 2³¹-1. */
export const int32 = column<Int32>({ kind: 'int32' });
/** A bigint from -2⁶³ to 2⁶³-1; a string in JSON, where a safe number is taken too. */
export const int64 = column<Int64>({ kind: 'int64' });
/** A number, of single precision where it is stored as a tensor; NaN and infinities are strings in JSON. */
export const float32 = column<Float32>({ kind: 'float32' });
/** A number; NaN and infinities are strings in JSON. */
export const float64 = column<Float64>({ kind: 'float64' });

/** A tensor of one datatype and shape, where -1 stands for any length: `tensor('FP32', [3, -1, -1])`. */
export function tensor<D extends Datatype, const S extends Shape>(datatype: D, shape: S): Tensors<D, Dynamic<S>> {
  if (!isDatatype(datatype))
    throw new FlowError('COLUMN_INVALID', `tensor: "${String(datatype)}" is not a datatype`, { hint: TENSOR_HINT });
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= -1);
  if (!isShape) throw new FlowError('COLUMN_INVALID', `tensor: ${String(shape)} is not a shape`, { hint: TENSOR_HINT });
  return column({ kind: 'tensor', datatype, shape: Object.freeze([...shape]) });
}
const TENSOR_HINT =
  'Write for example tensor("FP32", [3, 224, -1]): a datatype of the Open Inference Protocol, and lengths of which -1 means any.';

/** Any number of values of one column. */
export function list<C extends AnyColumn>(of: C): List<C> {
  return column({ kind: 'list', of: specOf(of, 'list') });
}

/** A row inside a column: named fields, each of its own column. */
export function record<const C extends Columns>(fields: C): RecordOf<C> {
  return column({ kind: 'record', fields: schemaOf(fields, 'record') });
}

/** Any value that a Standard Schema (zod, valibot, arktype, …) accepts; requests are validated where they enter. */
export function json<T>(schema: StandardSchemaV1<unknown, T>): Json<T> {
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw new FlowError('COLUMN_INVALID', 'json: the argument is not a Standard Schema', {
      hint: 'Give a schema of zod, valibot, arktype or another library that implements Standard Schema.',
    });
  }
  return column({ kind: 'json', schema });
}

/** The same column where a value may also be null. */
export function nullable<C extends AnyColumn>(of: C): C | Null {
  return Object.freeze({ ...specOf(of, 'nullable'), nullable: true }) as unknown as C | Null;
}

const structured: ReadonlySet<ColumnSpec['kind']> = new Set(['bytes', 'tensor', 'list', 'record']);

/** Whether a column is none of bytes, tensor, list and record, which a switch then still has to tell apart. */
export function isPlain(column: ColumnSpec): column is PlainSpec {
  return !structured.has(column.kind);
}

/** The run-time side of a column; COLUMN_INVALID for anything else. */
export function specOf(value: unknown, where: string): ColumnSpec {
  const isColumn = typeof value === 'object' && value !== null && 'kind' in value && kinds.has(value.kind) && 'nullable' in value;
  if (!isColumn) throw new FlowError('COLUMN_INVALID', `${where}: ${describeValue(value)} is not a column`);
  return value as ColumnSpec;
}

/** The run-time side of columns; COLUMN_INVALID when a name or a value does not fit. */
export function schemaOf(columns: unknown, where: string): Schema {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw new FlowError('COLUMN_INVALID', `${where}: ${describeValue(columns)} is not an object of columns such as { label: text }`);
  }
  const schema: Record<string, ColumnSpec> = {};
  for (const [name, value] of Object.entries(columns)) {
    checkName(name, where);
    schema[name] = specOf(value, `${where}: column "${name}"`);
  }
  return Object.freeze(schema);
}

/** Rows are plain objects, so a name that means something on every object cannot be a column. */
export function checkName(name: string, where: string): void {
  if (name === '' || name === '__proto__') throw new FlowError('COLUMN_INVALID', `${where}: "${name}" cannot be the name of a column`);
}

/** What a value is, in the fewest words that tell it from others. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `the number ${Object.is(value, -0) ? '-0' : value}`;
  if (typeof value === 'bigint') return `the bigint ${value}n`;
  if (typeof value === 'string') return value.length <= 40 ? `"${value}"` : `a string of ${value.length} characters`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name = value.constructor?.name;
  if (typeof name !== 'string' || name === 'Object' || name === '') return 'an object';
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`;
}
