/** A module and its source map, in which the sources are complete. */
export interface MappedCode {
  readonly code: string;
  readonly map: SourceMap;
}

interface SourceMap {
  readonly mappings: string;
  readonly sourcesContent?: readonly (string | null)[];
}

/**
 * Makes `const` again what was `const` at the top level of a file: a bundler declares it by `var`, as it may have to initialise it late,
 * and V8 takes only a `const` for a constant, which costs a hot loop a tenth of its time.
 *
 * By the source map: a line that starts with `var`, and was made of a text that starts with `const`, is the declaration itself, since
 * every other line is mapped to what stands on it. Declarations that had to be moved have no value on their line and stay as they are.
 */
export function keepConstants({ code, map }: MappedCode): MappedCode {
  // Then lines of the code are not lines of the map.
  if (/[\r\u2028\u2029]/.test(code)) return { code, map };
  const sources = (map.sourcesContent ?? []).map((source) => (source ?? '').split(LINE_END));
  const lines = code.split('\n');
  const at = { source: 0, line: 0, column: 0 };
  const mappings = map.mappings.split(';').map((mapped, i) => {
    const [first = '', ...others] = mapped.split(',');
    const [column = 0, ...original] = decode(first);
    move(at, original);
    const isHere = column === 0 && original.length > 0 && DECLARATION.test(lines[i] ?? '');
    const isConstant = isHere && CONSTANT.test(sources[at.source]?.[at.line]?.slice(at.column) ?? '');
    for (const other of others) move(at, decode(other).slice(1));
    if (!isConstant) return mapped;
    lines[i] = `const${lines[i]?.slice('var'.length)}`;
    return [first, ...others.slice(0, 1).map(shifted), ...others.slice(1)].join();
  });
  return { code: lines.join('\n'), map: { ...map, mappings: mappings.join(';') } };
}

const LINE_END = /\r\n|[\n\r\u2028\u2029]/;
/** With its value on the line, or a pattern, which always has one. */
const DECLARATION = /^var (?:[\w$]+ = |[{[])/;
/** An enum is filled after it has been declared. */
const CONSTANT = /^const\s+(?!enum\b)[\w$[{]/;

interface Place {
  source: number;
  line: number;
  column: number;
}

/** Each number of a segment is counted from the one before. */
function move(at: Place, [source = 0, line = 0, column = 0]: readonly number[]): void {
  at.source += source;
  at.line += line;
  at.column += column;
}

/** What comes after the longer word stands further right, and all that follows is counted from it. */
function shifted(segment: string): string {
  const [column = 0, ...original] = decode(segment);
  return [column + 'const'.length - 'var'.length, ...original].map(encode).join('');
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 digits of five bits, lowest first; the sixth says that more follow, the lowest of all is the sign. Source: ECMA-426. */
function decode(segment: string): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit >= 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

function encode(number: number): string {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1;
  let digits = '';
  do {
    digits += DIGITS[(rest & 31) | (rest > 31 ? 32 : 0)];
    rest >>>= 5;
  } while (rest > 0);
  return digits;
}
