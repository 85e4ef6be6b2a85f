import { isUtf8 } from 'node:buffer';
import { FlowError } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';
import { elementsDecoder } from '../../schema/json-elements.ts';
import { encodeFloat, Misfit } from '../../schema/json-value.ts';
import { elementCount, printShape } from '../../schema/tensor.ts';
import { byteStringBounds, packTexts } from '../../wire/byte-strings.ts';
import { bytesOf, type Numbers, numbersIn } from '../../wire/numbers.ts';
import type { NamedTensor, WireTensor } from '../../wire/wire-tensor.ts';

type Typed = Omit<WireTensor, 'bytes'>;

/**
 * The bytes of a tensor from its elements in JSON, flat or in nested arrays; or a sentence. BYTES are strings, floating-point numbers may be
 * the strings NaN, Infinity and -Infinity, and 64-bit integers strings of digits. Half precision has no form in JSON.
 */
export function bytesFromJson({ datatype, shape }: Typed, data: readonly unknown[]): Uint8Array | string {
  if (datatype === 'FP16' || datatype === 'BF16') return NO_HALF;
  const elements = Array.isArray(data[0]) ? flattened(data, shape.length) : data;
  if (elements === null) return `has arrays more than ${shape.length} deep, though its shape is ${printShape(shape)}`;
  const count = elementCount(shape);
  if (elements.length !== count) return `must have ${count} elements, as its shape ${printShape(shape)} says, but has ${elements.length}`;
  if (datatype === 'BYTES') return textBytes(elements);
  const decoded = elementsDecoder(datatype)(elements);
  return decoded instanceof Misfit ? decoded.text.replace('a string or a safe number', 'a whole number') : bytesOf(decoded as Numbers);
}
const NO_HALF = 'must be binary: FP16 and BF16 have no form in JSON';

function textBytes(elements: readonly unknown[]): Uint8Array | string {
  for (let i = 0; i < elements.length; i++) {
    if (typeof elements[i] !== 'string') return `element ${i} must be a string but is ${describeValue(elements[i])}`;
  }
  return packTexts(elements as readonly string[]);
}

/** Null where arrays lie deeper than the shape has dimensions. */
function flattened(data: readonly unknown[], depth: number): readonly unknown[] | null {
  const elements: unknown[] = [];
  return append(data, depth, elements) ? elements : null;
}

function append(data: readonly unknown[], depth: number, elements: unknown[]): boolean {
  if (depth === 0) return false;
  for (const element of data) {
    if (!Array.isArray(element)) elements.push(element);
    else if (!append(element, depth - 1, elements)) return false;
  }
  return true;
}

/** The elements of a tensor as text of JSON, flat. TENSOR_INVALID for what JSON has no form for, which a client may ask for as bytes. */
export function jsonFromBytes(tensor: NamedTensor): string {
  const { name, datatype, shape, bytes } = tensor;
  switch (datatype) {
    case 'FP16':
    case 'BF16':
      throw noForm(name, `is ${datatype}`);
    case 'BYTES':
      return `[${texts(name, bytes, elementCount(shape))}]`;
    case 'BOOL':
      return `[${Array.from(bytes, (byte) => byte !== 0).join()}]`;
    case 'FP32':
    case 'FP64':
      return `[${floats(numbersIn(datatype, bytes) as Float64Array)}]`;
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'INT64':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'UINT64':
      return `[${numbersIn(datatype, bytes).join()}]`;
  }
}

function floats(data: Float32Array | Float64Array): string {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) return Array.from(data, (number) => JSON.stringify(encodeFloat(number))).join();
  }
  return data.join();
}

function texts(name: string, bytes: Uint8Array, count: number): string {
  const bounds = byteStringBounds(bytes, count);
  if (typeof bounds === 'string') throw new FlowError('TENSOR_INVALID', `output "${name}" ${bounds}`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const written = new Array<string>(count);
  for (let i = 0; i < count; i++) {
    const element = buffer.subarray(bounds[2 * i], bounds[2 * i + 1]);
    if (!isUtf8(element)) throw noForm(name, `has bytes in element ${i} that are not UTF-8`);
    written[i] = JSON.stringify(element.toString('utf8'));
  }
  return written.join();
}

function noForm(name: string, found: string): FlowError {
  return new FlowError('TENSOR_INVALID', `the tensor "${name}" ${found}, which has no form in JSON`, {
    hint: 'Ask for it as bytes: the output with "parameters":{"binary_data":true}, or the request with "binary_data_output".',
  });
}
