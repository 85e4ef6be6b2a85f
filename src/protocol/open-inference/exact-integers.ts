const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const POINT = 0x2e;
const MINUS = 0x2d;
/** What JSON.parse reads exactly has at most this many digits. */
const EXACT_DIGITS = 15;

/**
 * The same JSON with every whole number of more digits than JSON.parse keeps as a string, for the tensors of 64-bit integers: Node 20
 * gives no reviver the text of a number.
 */
export function quoteLongIntegers(json: string): string {
  let quoted = '';
  let done = 0;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) i = endOfString(json, i);
    else if (isDigit(code)) {
      const end = endOfNumber(json, i);
      const start = json.charCodeAt(i - 1) === MINUS ? i - 1 : i;
      if (isLongInteger(json, i, end)) {
        quoted += `${json.slice(done, start)}"${json.slice(start, end)}"`;
        done = end;
      }
      i = end - 1;
    }
  }
  return quoted + json.slice(done);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The index of the closing quote; past the end where there is none. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end === -1 ? json.length : end;
}

/** An odd number of backslashes before it. */
function isEscaped(json: string, index: number): boolean {
  let first = index;
  while (json.charCodeAt(first - 1) === BACKSLASH) first--;
  return (index - first) % 2 === 1;
}

/** Past the digits, the point, the exponent and its sign. */
function endOfNumber(json: string, start: number): number {
  let end = start;
  while (end < json.length && (isDigit(json.charCodeAt(end)) || isMark(json, end))) end++;
  return end;
}

function isMark(json: string, index: number): boolean {
  const code = json.charCodeAt(index);
  return code === POINT || isExponent(code) || ((code === MINUS || code === 0x2b) && isExponent(json.charCodeAt(index - 1)));
}

function isExponent(code: number): boolean {
  return code === 0x65 || code === 0x45;
}

function isLongInteger(json: string, start: number, end: number): boolean {
  if (end - start <= EXACT_DIGITS) return false;
  for (let i = start; i < end; i++) if (!isDigit(json.charCodeAt(i))) return false;
  return true;
}
