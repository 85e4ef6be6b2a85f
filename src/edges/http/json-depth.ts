import type { ColumnSpec, Schema } from '../../schema/column.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;

/**
 * Whether arrays and objects lie inside each other more than `limit` deep. Looks at the bytes, before anything
 * walks the value: no recursion, and strings, which may be megabytes of base64, are skipped by a native search. What comes after `end` is
 * no JSON.
 */
export function isDeeperThan(json: Buffer, limit: number, end = json.length): boolean {
  // Each level takes a byte.
  if (end <= limit) return false;
  let depth = 0;
  for (let i = 0; i < end; i++) {
    // Each index below the length holds a byte, and most hold digits and commas, which come before the brackets.
    const byte = json[i] as number;
    if (byte === QUOTE) i = endOfString(json, i);
    else if (byte >= OPEN_ARRAY) depth += step(byte);
    if (depth > limit) return true;
  }
  return false;
}

/** Opening braces and brackets differ from each other in one bit, and so do the closing ones. */
function step(byte: number): number {
  const bracket = byte & ~(OPEN_ARRAY ^ OPEN_OBJECT);
  if (bracket === OPEN_ARRAY) return 1;
  return bracket === CLOSE_ARRAY ? -1 : 0;
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

/** How deep arrays and objects lie in each other in a row of a schema; a json column may hold any depth. */
export function jsonDepth(schema: Schema): number {
  return 1 + Math.max(0, ...Object.values(schema).map(columnDepth));
}

function columnDepth(column: ColumnSpec): number {
  switch (column.kind) {
    case 'text':
    case 'bytes':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
      return 0;
    case 'tensor':
      // Nested arrays, or an object with an array.
      return Math.max(2, column.shape.length);
    case 'list':
      return 1 + columnDepth(column.of);
    case 'record':
      return jsonDepth(column.fields);
    case 'json':
      return Number.POSITIVE_INFINITY;
  }
}
