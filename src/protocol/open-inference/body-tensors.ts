import { FlowError } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';
import { shortName } from '../../schema/json-value.ts';
import { arrayOf, type Datatype, isDatatype, type Shape } from '../../schema/tensor.ts';
import type { NamedTensor } from '../../wire/wire-tensor.ts';
import { quoteLongIntegers } from './exact-integers.ts';
import { type DecodedMessage, malformed } from './message-body.ts';
import type { Parameters } from './messages.ts';
import { bytesFromJson, jsonFromBytes } from './tensor-json.ts';

/** Which list of a message: a client's inputs or a server's outputs. */
export type Side = 'input' | 'output';

/** A tensor as the JSON of a message tells it: how many bytes after the JSON are its own, or its bytes where its elements are in the JSON. */
export type TensorHead = Omit<NamedTensor, 'bytes'> & ({ readonly size: number } | { readonly bytes: Uint8Array });

/**
 * The tensors that the JSON of a message tells of. Errors: BODY_INVALID for what is not a tensor, TENSOR_INVALID for one that is not what it
 * says, EXTENSION_UNSUPPORTED for shared memory.
 */
export function decodeTensorHeads(side: Side, { text, value }: DecodedMessage): readonly TensorHead[] {
  const list = value[`${side}s`];
  if (!Array.isArray(list)) throw malformed(`"${side}s" must be an array of tensors but is ${describeFound(list)}`);
  const source: Source = { side, text, exact: undefined };
  return list.map((element: unknown, i) => decodeHead(source, element, i));
}

/**
 * The tensors themselves: those that are binary are views of the bytes after the JSON. Where `mayMove`, bytes that do not lie as an array of
 * their numbers needs it are moved over what has been read before them: that costs no memory. Errors: TENSOR_INVALID for too few
 * bytes, BODY_INVALID for bytes of no tensor.
 */
export function takeTensors(
  side: Side,
  heads: readonly TensorHead[],
  { body, jsonBytes }: Pick<DecodedMessage, 'body' | 'jsonBytes'>,
  mayMove: boolean,
): readonly NamedTensor[] {
  const taken: Taken = { body, used: jsonBytes, free: mayMove ? 0 : undefined };
  const tensors = new Array<NamedTensor>(heads.length);
  for (let i = 0; i < tensors.length; i++) {
    const head = heads[i] as TensorHead;
    tensors[i] =
      'bytes' in head ? head : { name: head.name, datatype: head.datatype, shape: head.shape, bytes: takeBytes(side, head, taken) };
  }
  const left = body.length - taken.used;
  if (left > 0) throw malformed(`the body has ${left} bytes after the last of its tensors`);
  return tensors;
}

interface Source {
  readonly side: Side;
  readonly text: string;
  /** The message with long integers as strings, once one was met. */
  exact: Readonly<Record<string, unknown>> | undefined;
}

/** What has been taken of a body. */
interface Taken {
  readonly body: Uint8Array;
  /** Bytes of it that have been read. */
  used: number;
  /** From here on it has been read and may be overwritten; undefined where nothing may. */
  free: number | undefined;
}

function decodeHead(source: Source, element: unknown, index: number): TensorHead {
  const where = `${source.side} ${index}`;
  if (!isObject(element)) throw malformed(`${where} must be an object but is ${describeValue(element)}`);
  const { name, datatype, shape, parameters, data } = element;
  if (typeof name !== 'string') throw malformed(`${where} must have a name but its name is ${describeFound(name)}`);
  const known = tensorName(source.side, name);
  if (!isDatatype(datatype))
    throw mismatch(known, `must have a datatype of the protocol, such as FP32, but its datatype is ${describeFound(datatype)}`);
  if (!isShape(shape)) throw mismatch(known, `must have a shape of whole numbers of at least 0 but its shape is ${describeShape(shape)}`);
  const typed = { name, datatype, shape };
  const size = sizeOf(known, parameters);
  if (size !== undefined) {
    if (data !== undefined && data !== null) throw mismatch(known, 'must have data or binary_data_size but has both');
    return { ...typed, size };
  }
  if (!Array.isArray(data)) throw mismatch(known, `must have data, an array, or binary_data_size, but its data is ${describeFound(data)}`);
  return { ...typed, bytes: fromJson(source, known, typed, data, index) };
}

function tensorName(side: Side, name: string): string {
  return `${side} "${shortName(name)}"`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShape(value: unknown): value is Shape {
  return Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}
/** More than any model has. */
const MAX_DIMENSIONS = 64;

/** JSON has no undefined: what is not there is missing. */
function describeFound(value: unknown): string {
  return value === undefined ? 'missing' : describeValue(value);
}

function describeShape(shape: unknown): string {
  if (!Array.isArray(shape) || shape.length > 8) return describeFound(shape);
  return `[${shape.map((length: unknown) => (typeof length === 'number' ? length : describeValue(length))).join(',')}]`;
}

/** The bytes that a tensor has after the JSON; undefined where its elements are in it. */
function sizeOf(known: string, parameters: unknown): number | undefined {
  if (parameters === undefined || parameters === null) return undefined;
  if (!isObject(parameters)) throw mismatch(known, `must have an object as parameters but has ${describeValue(parameters)}`);
  refuseSharedMemory(known, parameters);
  const { binary_data_size: size } = parameters;
  if (size === undefined || (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0)) return size;
  throw mismatch(known, `must have a whole number as binary_data_size but has ${describeValue(size)}`);
}

/** EXTENSION_UNSUPPORTED where a tensor is said to lie in memory of the machine. */
export function refuseSharedMemory(known: string, parameters: Parameters): void {
  if (parameters.shared_memory_region === undefined) return;
  throw new FlowError('EXTENSION_UNSUPPORTED', `${known} lies in shared memory, which is not served`, {
    hint: 'Send the tensor in the body, as binary data.',
  });
}

function takeBytes(side: Side, { name, datatype, size }: TensorHead & { readonly size: number }, taken: Taken): Uint8Array {
  const { body, used } = taken;
  const left = body.length - used;
  if (size > left)
    throw mismatch(tensorName(side, name), `must have ${size} bytes after the JSON, its binary_data_size, but ${left} are left`);
  taken.used += size;
  const start = aligned(taken, used, size, datatype === 'BYTES' ? 1 : arrayOf[datatype].BYTES_PER_ELEMENT);
  return body.subarray(start, start + size);
}

/** Where the bytes lie in the end: up to seven further to the front, over the JSON or over what another tensor has left. */
function aligned(taken: Taken, from: number, size: number, elementBytes: number): number {
  const { body, free } = taken;
  if (free === undefined) return from;
  const start = from - ((body.byteOffset + from) % elementBytes);
  if (start < free) {
    taken.free = from + size;
    return from;
  }
  if (start < from) body.copyWithin(start, from, from + size);
  taken.free = start + size;
  return start;
}

function fromJson(source: Source, known: string, typed: Omit<NamedTensor, 'bytes'>, data: readonly unknown[], index: number): Uint8Array {
  const isLong = typed.datatype === 'INT64' || typed.datatype === 'UINT64';
  const bytes = bytesFromJson(typed, isLong && hasRounded(data) ? exactData(source, index) : data);
  if (typeof bytes !== 'string') return bytes;
  throw mismatch(known, `is ${typed.datatype} and ${bytes}`);
}

/** Whether JSON.parse may have rounded a number; it is parsed again for the few tensors that have one. */
function hasRounded(data: readonly unknown[]): boolean {
  return data.some((element) =>
    Array.isArray(element) ? hasRounded(element) : typeof element === 'number' && !Number.isSafeInteger(element),
  );
}

/** The same data, which is known to be there. */
function exactData(source: Source, index: number): readonly unknown[] {
  source.exact ??= JSON.parse(quoteLongIntegers(source.text)) as Readonly<Record<string, unknown>>;
  const list = source.exact[`${source.side}s`] as readonly { readonly data: readonly unknown[] }[];
  return list[index]?.data ?? [];
}

/** A tensor in the JSON of a message; its bytes follow in the order of tensors where it is binary. */
export function tensorText(tensor: NamedTensor, isBinary: boolean): string {
  const { name, datatype, shape, bytes } = tensor;
  const start = `{"name":${JSON.stringify(name)},"datatype":"${datatype satisfies Datatype}","shape":[${shape.join()}]`;
  return isBinary ? `${start},"parameters":{"binary_data_size":${bytes.length}}}` : `${start},"data":${jsonFromBytes(tensor)}}`;
}

function mismatch(known: string, problem: string): FlowError {
  return new FlowError('TENSOR_INVALID', `${known} ${problem}`);
}
