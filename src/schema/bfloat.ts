const scratch = new DataView(new ArrayBuffer(4));

/**
 * The bit pattern of the bfloat16 nearest to a number, ties to even: the upper half of a single-precision number, with its
 * exponents and fewer digits. What lies beyond its largest number is an infinity.
 */
export function toBfloat(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  // A NaN whose marks are all in the lower half would become an infinity.
  if ((bits & 0x7fffffff) > 0x7f800000) return ((bits >>> 16) & 0x8000) | 0x7fc0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** The number that the bit pattern of a bfloat16 stands for. */
export function fromBfloat(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}
