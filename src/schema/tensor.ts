/** The element types of tensors, by their names in the Open Inference Protocol; BF16 is what its servers have added. */
export type Datatype =
  | 'BOOL'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'FP16'
  | 'BF16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

/** Lengths of a tensor's dimensions; in a column, -1 stands for any length. */
export type Shape = readonly number[];

interface Arrays {
  readonly BOOL: Uint8Array;
  readonly INT8: Int8Array;
  readonly INT16: Int16Array;
  readonly INT32: Int32Array;
  readonly INT64: BigInt64Array;
  readonly UINT8: Uint8Array;
  readonly UINT16: Uint16Array;
  readonly UINT32: Uint32Array;
  readonly UINT64: BigUint64Array;
  /** The bit patterns of half-precision numbers. */
  readonly FP16: Uint16Array;
  /** The bit patterns of bfloat16 numbers. */
  readonly BF16: Uint16Array;
  readonly FP32: Float32Array;
  readonly FP64: Float64Array;
  readonly BYTES: readonly Uint8Array[];
}

/** A row-major array of numbers or byte strings; `data` holds as many elements as `shape` multiplies to. */
export interface Tensor<D extends Datatype = Datatype, S extends Shape = Shape> {
  readonly datatype: D;
  readonly shape: S;
  readonly data: Arrays[D];
}

export type FixedDatatype = Exclude<Datatype, 'BYTES'>;

/** The array that holds each datatype; BYTES has none. */
export const arrayOf = {
  BOOL: Uint8Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  FP16: Uint16Array,
  BF16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const;

const datatypes: ReadonlySet<unknown> = new Set([...Object.keys(arrayOf), 'BYTES']);

export function isDatatype(value: unknown): value is Datatype {
  return datatypes.has(value);
}

/** How many elements a tensor of this shape has; 1 for a scalar's empty shape. */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const length of shape) count *= length;
  return count;
}

/** `[3,-1,224]` */
export function printShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

/** Whether a tensor of shape `have` may stand where `need` is asked for: -1 in `need` takes any length. */
export function shapeFits(have: Shape, need: Shape): boolean {
  return have.length === need.length && need.every((length, i) => length === -1 || length === have[i]);
}
