import { arrayOf, type FixedDatatype, type Tensor } from '../schema/tensor.ts';

/** A tensor's numbers; a bigint is one here. */
export type Numbers = Exclude<Tensor['data'], readonly Uint8Array[]>;

/**
 * The numbers that bytes stand for: a view of them where they lie as the array needs it, else a copy. Their order in memory is that
 * of the wire on every processor that Node's releases for servers run on, but s390x.
 */
export function numbersIn(datatype: FixedDatatype, bytes: Uint8Array): Numbers {
  const holder = arrayOf[datatype];
  const size = holder.BYTES_PER_ELEMENT;
  // Not `slice`: that of a Buffer is a view.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new holder(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size);
}

/** The bytes of an array of numbers: a view of it. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
