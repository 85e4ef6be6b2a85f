/** Why a value does not fit, in the words after its name: `must be text but is the number 7`. */
export class Misfit {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A floating-point number as JSON can hold it: JSON has no NaN and no infinities. A negative zero loses its sign. */
export function encodeFloat(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The number of a JSON value, or undefined. A number too large for JSON's reader has become an infinity nobody wrote. */
export function decodeFloat(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  return value === '-Infinity' ? Number.NEGATIVE_INFINITY : undefined;
}

/** The bigint of a decimal string or of a whole number that JSON has not rounded, or undefined. */
export function decodeInteger(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && DECIMAL.test(value) ? BigInt(value) : undefined;
}
/** No 64-bit number needs more; a longer string would only cost time. */
const DECIMAL = /^-?\d{1,20}$/;

export function encodeBytes(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}

/**
 * The bytes of a base64 string, or undefined when it is not exactly what encoding them gives: Node's decoder
 * passes over what it does not know. The bytes own their memory, so that they can be transferred to a thread.
 */
export function decodeBytes(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  const decoded = Buffer.from(value, 'base64');
  return decoded.toString('base64') === value ? ownBytes(decoded) : undefined;
}

/** The same bytes as a plain Uint8Array with memory of its own; copied only where a Buffer shares Node's pool. */
export function ownBytes(buffer: Buffer): Uint8Array {
  return buffer.byteLength === buffer.buffer.byteLength
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}

/** A name as an error quotes it, never longer than a line, whatever a client has sent. */
export function shortName(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME)}…`;
}
const MAX_NAME = 64;
