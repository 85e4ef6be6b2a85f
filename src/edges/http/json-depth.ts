const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Whether arrays and objects lie inside each other more than `limit` deep. Looks at the bytes, before anything
 * walks the value: no recursion, and strings, which may be megabytes of base64, are skipped by a native search.
 */
export function isDeeperThan(json: Buffer, limit: number): boolean {
  // Each level takes a byte.
  if (json.length <= limit) return false;
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === QUOTE) {
      i = endOfString(json, i);
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth++;
      if (depth > limit) return true;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      depth--;
    }
  }
  return false;
}

/** Where the string ends that starts at `start`; the last byte where it does not, which the parser will say. */
function endOfString(json: Buffer, start: number): number {
  let quote = json.indexOf(QUOTE, start + 1);
  while (quote !== -1 && isEscaped(json, quote)) quote = json.indexOf(QUOTE, quote + 1);
  return quote === -1 ? json.length : quote;
}

/** An odd number of backslashes before it. */
function isEscaped(json: Buffer, index: number): boolean {
  let first = index;
  while (json[first - 1] === BACKSLASH) first--;
  return (index - first) % 2 === 1;
}
