import { fromBfloat, toBfloat } from './bfloat.ts';
import { describeValue } from './column.ts';
import { fromHalf, toHalf } from './half-float.ts';
import { decodeBytes, decodeFloat, decodeInteger, encodeBytes, encodeFloat, Misfit } from './json-value.ts';
import { arrayOf, type Datatype, type Tensor } from './tensor.ts';

type IntegerDatatype = 'INT8' | 'INT16' | 'INT32' | 'UINT8' | 'UINT16' | 'UINT32';
/** Gives the array, or which element does not fit. */
export type DecodeElements = (elements: readonly unknown[]) => Tensor['data'] | Misfit;

/**
 * The elements of a tensor as JSON: 64-bit integers as strings, BYTES in base64, and FP16 as numbers, not as bit
 * patterns, which a client without half precision could not read; so too BF16.
 */
export function encodeElements(datatype: Datatype, data: Tensor['data']): readonly unknown[] {
  switch (datatype) {
    case 'BOOL':
      return encodeEach(data as Uint8Array, (element) => element !== 0);
    case 'INT64':
    case 'UINT64':
      return encodeEach(data as BigInt64Array, String);
    case 'FP16':
      return encodeEach(data as Uint16Array, (bits) => encodeFloat(fromHalf(bits)));
    case 'BF16':
      return encodeEach(data as Uint16Array, (bits) => encodeFloat(fromBfloat(bits)));
    case 'FP32':
    case 'FP64':
      return encodeEach(data as Float32Array, encodeFloat);
    case 'BYTES':
      return encodeEach(data as readonly Uint8Array[], encodeBytes);
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
      return encodeEach(data as Int32Array, (element) => element);
  }
}

/** Array.from goes through an iterator and takes five times as long. */
function encodeEach<T>(data: ArrayLike<T>, encode: (element: T) => unknown): readonly unknown[] {
  const encoded = new Array<unknown>(data.length);
  // Each index below the length holds an element.
  for (let i = 0; i < data.length; i++) encoded[i] = encode(data[i] as T);
  return encoded;
}

/** Reads elements from JSON into the array of their datatype; the inverse of `encodeElements`. */
export function elementsDecoder(datatype: Datatype): DecodeElements {
  switch (datatype) {
    case 'BYTES':
      return (elements) => decodeEach(datatype, elements, new Array<Uint8Array>(elements.length), decodeBytes);
    case 'BOOL':
      return (elements) => decodeEach(datatype, elements, new Uint8Array(elements.length), decodeBool);
    case 'INT64':
      return (elements) =>
        decodeEach(datatype, elements, new BigInt64Array(elements.length), (value) => within(decodeInteger(value), BigInt.asIntN));
    case 'UINT64':
      return (elements) =>
        decodeEach(datatype, elements, new BigUint64Array(elements.length), (value) => within(decodeInteger(value), BigInt.asUintN));
    case 'FP16':
      return (elements) => decodeEach(datatype, elements, new Uint16Array(elements.length), decodeHalf);
    case 'BF16':
      return (elements) => decodeEach(datatype, elements, new Uint16Array(elements.length), decodeBfloat);
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
      return (elements) => decodeIntegers(datatype, elements);
    case 'FP32':
    case 'FP64':
      return (elements) => decodeFloats(datatype, elements);
  }
}

function decodeBool(value: unknown): number | undefined {
  return typeof value === 'boolean' ? Number(value) : undefined;
}

function decodeHalf(value: unknown): number | undefined {
  const number = decodeFloat(value);
  if (number === undefined) return undefined;
  const bits = toHalf(number);
  const hasOverflown = Number.isFinite(number) && (bits & 0x7c00) === 0x7c00;
  return hasOverflown ? undefined : bits;
}

function decodeBfloat(value: unknown): number | undefined {
  const number = decodeFloat(value);
  if (number === undefined) return undefined;
  const bits = toBfloat(number);
  const hasOverflown = Number.isFinite(number) && (bits & 0x7f80) === 0x7f80;
  return hasOverflown ? undefined : bits;
}

function within(value: bigint | undefined, wrap: (bits: number, value: bigint) => bigint): bigint | undefined {
  return value !== undefined && wrap(64, value) === value ? value : undefined;
}

function decodeIntegers(datatype: IntegerDatatype, elements: readonly unknown[]): Tensor['data'] | Misfit {
  const data = new arrayOf[datatype](elements.length);
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i];
    if (typeof element !== 'number') return wrongElement(datatype, i, element);
    data[i] = element;
    if (data[i] !== element) return wrongElement(datatype, i, element);
  }
  return data;
}

function decodeFloats(datatype: 'FP32' | 'FP64', elements: readonly unknown[]): Tensor['data'] | Misfit {
  const data = new arrayOf[datatype](elements.length);
  for (let i = 0; i < elements.length; i++) {
    const number = decodeFloat(elements[i]);
    if (number === undefined) return wrongElement(datatype, i, elements[i]);
    data[i] = number;
    // In single precision a number may round, but not to an infinity.
    if (Number.isFinite(number) && !Number.isFinite(data[i])) return wrongElement(datatype, i, number);
  }
  return data;
}

function decodeEach<T, Data extends Tensor['data'] & { [index: number]: T }>(
  datatype: Datatype,
  elements: readonly unknown[],
  data: Data,
  decode: (value: unknown) => T | undefined,
): Data | Misfit {
  // Each datatype's array takes what its decoder gives.
  const target: { [index: number]: T } = data;
  for (let i = 0; i < elements.length; i++) {
    const element = decode(elements[i]);
    if (element === undefined) return wrongElement(datatype, i, elements[i]);
    target[i] = element;
  }
  return data;
}

function wrongElement(datatype: Datatype, index: number, value: unknown): Misfit {
  return new Misfit(`element ${index} must be ${elementWords(datatype)} but is ${describeValue(value)}`);
}

/** What an element may be in JSON, for a person. */
function elementWords(datatype: Datatype): string {
  switch (datatype) {
    case 'BOOL':
      return 'true or false';
    case 'BYTES':
      return 'a base64 string';
    case 'INT64':
    case 'UINT64':
      return `${datatype}, as a string or a safe number,`;
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'FP16':
    case 'BF16':
    case 'FP32':
    case 'FP64':
      return datatype;
  }
}
