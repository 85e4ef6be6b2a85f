import { FlowError, messageOf } from '../errors/flow-error.ts';
import type { AnyRow, ColumnSpec } from '../schema/column.ts';
import { DETACHED, isDetached } from '../schema/detached.ts';
import { arrayOf, type Datatype, elementCount, type FixedDatatype, printShape, type Tensor } from '../schema/tensor.ts';
import { packByteStrings, packTexts } from './byte-strings.ts';
import { jsonText } from './json-text.ts';
import { bytesOf } from './numbers.ts';
import type { WireTensor } from './wire-tensor.ts';
import { wireType } from './wire-type.ts';

/**
 * The values of one column in rows that fit it, as one tensor. Its bytes may be those of a row's own array. Errors: SHAPES_DIFFER where
 * rows have tensors of different shapes, OUTPUT_INVALID for a value that JSON cannot hold or whose memory is gone.
 */
export function packColumn(column: ColumnSpec, name: string, rows: readonly AnyRow[]): WireTensor {
  const { datatype } = wireType(column);
  if (column.kind === 'tensor' && !column.nullable) return packTensors(column, name, rows);
  return { datatype, shape: [rows.length], bytes: packScalars(column, datatype, name, rows) };
}

/** What it is given has been checked against the column where it was made: hence the casts. */
function packScalars(column: ColumnSpec, datatype: Datatype, name: string, rows: readonly AnyRow[]): Uint8Array {
  if (datatype !== 'BYTES') return bytesOf(packNumbers(datatype, name, rows));
  const values = rows.map((row) => row[name]);
  if (column.kind === 'text' && !column.nullable) return packTexts(values as string[]);
  if (column.kind === 'bytes' && !column.nullable) return packByteStrings(values.map((value) => present(value as Uint8Array, name)));
  const { write } = jsonText(column);
  try {
    return packTexts(values.map(write));
  } catch (cause) {
    throw new FlowError('OUTPUT_INVALID', `column "${name}" cannot be written as JSON: ${messageOf(cause)}`, { cause });
  }
}

/** The array turns what it is given into its elements: true into 1, a number into single precision. */
function packNumbers(datatype: FixedDatatype, name: string, rows: readonly AnyRow[]): ArrayBufferView {
  const data = new arrayOf[datatype](rows.length) as Float64Array;
  for (let i = 0; i < rows.length; i++) data[i] = rows[i]?.[name] as number;
  return data;
}

function packTensors(column: ColumnSpec & { readonly kind: 'tensor' }, name: string, rows: readonly AnyRow[]): WireTensor {
  const { datatype } = column;
  const [first] = rows;
  // Where no row says how long a dimension is, it is empty.
  if (first === undefined) return { datatype, shape: [0, ...column.shape.map((length) => Math.max(0, length))], bytes: new Uint8Array(0) };
  const tensor = first[name] as Tensor;
  const { shape } = tensor;
  const tensors = rows.length === 1 ? [tensor] : rows.map((row, i) => sameShape(row[name] as Tensor, shape, name, i));
  const bytes = datatype === 'BYTES' ? packByteStrings(elementsOf(tensors, name)) : bytesOf(concatenate(datatype, tensors, name));
  return { datatype, shape: [rows.length, ...shape], bytes };
}

function sameShape(tensor: Tensor, shape: Tensor['shape'], name: string, row: number): Tensor {
  const isSame = tensor.shape.length === shape.length && tensor.shape.every((length, i) => length === shape[i]);
  if (isSame) return tensor;
  throw new FlowError(
    'SHAPES_DIFFER',
    `column "${name}" is ${printShape(shape)} in row 0 but ${printShape(tensor.shape)} in row ${row}, and one tensor holds rows of one shape`,
  );
}

function elementsOf(tensors: readonly Tensor[], name: string): readonly Uint8Array[] {
  return tensors.flatMap(({ data }) => (data as readonly Uint8Array[]).map((element) => present(element, name)));
}

function concatenate(datatype: FixedDatatype, tensors: readonly Tensor[], name: string): ArrayBufferView {
  const [first] = tensors;
  // The arrays of one datatype have one type; the union of all of them has no common `set`.
  if (tensors.length === 1) return present(first?.data as Float32Array, name);
  const each = elementCount(first?.shape ?? []);
  const all = new arrayOf[datatype](each * tensors.length) as Float32Array;
  for (let i = 0; i < tensors.length; i++) all.set(present(tensors[i]?.data as Float32Array, name), i * each);
  return all;
}

/** A stage that keeps an array may find it empty later, and give it again. */
function present<T extends ArrayBufferView>(view: T, name: string): T {
  if (isDetached(view)) throw new FlowError('OUTPUT_INVALID', `column "${name}" is empty: ${DETACHED}`);
  return view;
}
