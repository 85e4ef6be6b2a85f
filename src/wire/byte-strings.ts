/** The bytes in front of an element that say how long it is. */
const PREFIX = 4;
const MAX_LENGTH = 2 ** 32 - 1;

/** Byte strings behind each other, each after its length; RangeError for one that is longer than the length can say. */
export function packByteStrings(elements: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const { length } of elements) size += PREFIX + checkLength(length);
  const packed = Buffer.allocUnsafe(size);
  let at = 0;
  for (const element of elements) {
    at = packed.writeUInt32LE(element.length, at);
    packed.set(element, at);
    at += element.length;
  }
  return packed;
}

/** The same of texts, as UTF-8: half of a surrogate pair becomes U+FFFD, as everywhere in UTF-8. */
export function packTexts(texts: readonly string[]): Uint8Array {
  let size = 0;
  for (const text of texts) size += PREFIX + checkLength(Buffer.byteLength(text));
  const packed = Buffer.allocUnsafe(size);
  let at = 0;
  for (const text of texts) {
    const length = packed.write(text, at + PREFIX);
    at = packed.writeUInt32LE(length, at) + length;
  }
  return packed;
}

function checkLength(length: number): number {
  if (length <= MAX_LENGTH) return length;
  throw new RangeError(`an element has ${length} bytes, more than the ${MAX_LENGTH} of the protocol`);
}

/**
 * Where each of `count` byte strings lies in `bytes`: its start and its end in turn. A sentence where they do not fill it exactly. What
 * lengths claim is never allocated.
 */
export function byteStringBounds(bytes: Uint8Array, count: number): readonly number[] | string {
  if (bytes.length < count * PREFIX)
    return `must have at least ${count * PREFIX} bytes, the lengths of ${count} elements, but has ${bytes.length}`;
  const bounds = new Array<number>(count * 2);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + PREFIX > bytes.length) return `must have ${count} elements but ends before the length of element ${i}`;
    const start = at + PREFIX;
    at = start + uint32(bytes, at);
    if (at > bytes.length) return `must have ${at - start} bytes in element ${i}, as its length says, but ${bytes.length - start} are left`;
    bounds[2 * i] = start;
    bounds[2 * i + 1] = at;
  }
  return at === bytes.length ? bounds : `must end with element ${count - 1} but bytes are left after it: ${bytes.length - at}`;
}

/** Each index has been compared with the length. */
function uint32(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number];
  return a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
}
