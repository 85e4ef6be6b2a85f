import type { Datatype, Shape } from '../schema/tensor.ts';

/**
 * The values of a column in n rows as one tensor: its first dimension counts the rows. `bytes` are little-endian, row-major and
 * tight; BOOL takes a byte, 0 or 1, and an element of BYTES its length in four bytes and then itself.
 */
export interface WireTensor {
  readonly datatype: Datatype;
  readonly shape: Shape;
  readonly bytes: Uint8Array;
}

/** One of the tensors of a request or an answer. */
export interface NamedTensor extends WireTensor {
  readonly name: string;
}
