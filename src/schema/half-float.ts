const scratch = new DataView(new ArrayBuffer(4));

/**
 * The bit pattern of the half-precision number nearest to a number, ties to even; beyond 65 504 it is an infinity.
 * Node 20 has no Float16Array.
 */
export function toHalf(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From here on every number rounds to infinity: 65 520 is half way to the number after the largest.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | subnormalHalf(value);
  // Exponents differ by 112; half of the last place that stays, less one where it is even, rounds ties to even.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

/** Below 2⁻¹⁴ a half has steps of 2⁻²⁴; the product is exact, so only this rounding counts. */
function subnormalHalf(value: number): number {
  const steps = Math.abs(Math.fround(value)) * 2 ** 24;
  const below = Math.floor(steps);
  const rest = steps - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** The number that a half-precision bit pattern stands for. */
export function fromHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
