import type { Tensor as OnnxTensor, TypedTensor } from 'onnxruntime-node';
import { arrayOf, elementCount, type FixedDatatype, type Shape, type Tensor } from '../../schema/tensor.ts';
import { datatypeOf, type ModelDatatype, runtimeTypes } from './datatypes.ts';

type TensorConstructor = typeof OnnxTensor;

/** Several rows' tensors of equal shape as one tensor of the model, behind each other in a new first dimension if it batches. */
export function stack(Constructor: TensorConstructor, rows: readonly Tensor[], isBatched: boolean): OnnxTensor {
  const [first] = rows;
  if (first === undefined) throw new RangeError('no rows to stack');
  const dims = isBatched ? [rows.length, ...first.shape] : [...first.shape];
  if (first.datatype === 'BYTES') {
    const strings = rows.flatMap((row) => (row.data as readonly Uint8Array[]).map(decodeText));
    return new Constructor('string', strings, dims);
  }
  const data = rows.length === 1 ? first.data : concatenate(rows, first.datatype);
  // No model has a tensor of another type that a column of ours could have fitted.
  const datatype = first.datatype as Exclude<ModelDatatype, 'BYTES'>;
  return new Constructor(runtimeTypes[datatype], data as Float32Array, dims) as TypedTensor<'float32'>;
}

function concatenate(rows: readonly Tensor[], datatype: FixedDatatype): Tensor['data'] {
  const each = rows[0]?.data.length ?? 0;
  const all = new arrayOf[datatype](each * rows.length);
  // The arrays of one datatype have one type; the union of all of them has no common `set`.
  rows.forEach((row, i) => {
    (all as Float32Array).set(row.data as Float32Array, i * each);
  });
  return all;
}

/** A model's output as one tensor per row: views of it, without its first dimension if it batches. */
export function unstack(output: OnnxTensor, rows: number, isBatched: boolean): readonly Tensor[] {
  const shape = isBatched ? output.dims.slice(1) : [...output.dims];
  const each = elementCount(shape);
  return Array.from({ length: rows }, (_, i) => viewOf(output, shape, i * each, each, rows));
}

function viewOf(output: OnnxTensor, shape: Shape, from: number, length: number, rows: number): Tensor {
  const datatype = datatypeOf(output.type);
  if (datatype === undefined) throw new TypeError(`the model gave a tensor of ${output.type}, which has no column type`);
  if (datatype === 'BYTES') {
    return { datatype, shape, data: (output.data as string[]).slice(from, from + length).map(encodeText) };
  }
  // Newer runtimes hold half precision in an array type of its own; ours holds its bits.
  const data = ArrayBuffer.isView(output.data) && datatype === 'FP16' ? bitsOf(output.data) : (output.data as Float32Array);
  return { datatype, shape, data: rows === 1 ? data : data.subarray(from, from + length) } as Tensor;
}

function bitsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint16Array {
  return new Uint16Array(buffer, byteOffset, byteLength / Uint16Array.BYTES_PER_ELEMENT);
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const decodeText = (bytes: Uint8Array): string => decoder.decode(bytes);
const encodeText = (text: string): Uint8Array => encoder.encode(text);
