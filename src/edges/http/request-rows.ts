import { isAscii, isUtf8 } from 'node:buffer';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { type AnyRow, describeValue, type Schema } from '../../schema/column.ts';
import { type RowDecoder, rowDecoder } from '../../schema/json-codec.ts';
import { shortName } from '../../schema/json-value.ts';
import { isDeeperThan, jsonDepth } from './json-depth.ts';
import type { HttpLimits } from './limits.ts';

/** The rows of a body, and whether it was one row by itself, which is answered by itself. */
export interface RequestRows {
  readonly rows: readonly AnyRow[];
  readonly isOne: boolean;
}

/**
 * Reads `{"rows":[…]}` or one row object. A pipeline may itself have an input column named "rows": an object of
 * that single key whose value is an array is always the first form.
 * Errors: BODY_INVALID, JSON_TOO_DEEP, ROWS_TOO_MANY, ROW_INVALID.
 */
export function rowsReader(input: Schema, limits: HttpLimits): (body: Buffer) => RequestRows {
  const decode = rowDecoder(input);
  const hasRowsColumn = Object.hasOwn(input, 'rows');
  const readRows = (text: string): RequestRows => {
    const value = parseJson(text);
    const many = manyRows(value, hasRowsColumn);
    if (many === undefined) return { rows: [decodeOne(decode, value)], isOne: true };
    if (many.length > limits.maxRows) {
      throw new FlowError('ROWS_TOO_MANY', `the request has ${many.length} rows; the limit maxRows is ${limits.maxRows}`);
    }
    return { rows: decodeAll(decode, many), isOne: false };
  };
  // The object and the array around rows.
  const isBounded = jsonDepth(input) + 2 <= limits.maxJsonDepth;
  return (body) => {
    const text = textOf(body);
    if (!isBounded || body.length > MANY_BYTES) checkDepth(body, limits.maxJsonDepth);
    try {
      return readRows(text);
    } catch (error) {
      checkDepth(body, limits.maxJsonDepth);
      throw error;
    }
  };
}
/**
 * Looking for the depth takes half as long as JSON.parse. Rows that fit their columns are no deeper than these, so the depth of a small body
 * is looked at when it is refused for something else; that of a large one before it is parsed, since each level takes memory.
 */
const MANY_BYTES = 65_536;

function textOf(body: Buffer): string {
  if (body.length === 0) throw new FlowError('BODY_INVALID', 'the body is empty');
  // The usual body, and each of its bytes is a character.
  if (isAscii(body)) return body.toString('latin1');
  if (!isUtf8(body)) throw new FlowError('BODY_INVALID', 'the body is not valid UTF-8');
  return body.toString('utf8');
}

function checkDepth(body: Buffer, maxDepth: number): void {
  if (!isDeeperThan(body, maxDepth)) return;
  throw new FlowError('JSON_TOO_DEEP', `the arrays and objects of the body lie more than ${maxDepth} deep, the limit maxJsonDepth`);
}

function parseJson(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FlowError('BODY_INVALID', `the body is not JSON: ${messageOf(cause)}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new FlowError('BODY_INVALID', `the body must be an object but is ${describeValue(value)}`);
}

/** The array of `{"rows":[…]}`; undefined where the body is one row. */
function manyRows(body: object, hasRowsColumn: boolean): readonly unknown[] | undefined {
  if (!Object.hasOwn(body, 'rows')) return undefined;
  const { rows } = body as { readonly rows: unknown };
  const keys = Object.keys(body);
  if (Array.isArray(rows) && keys.length === 1) return rows;
  if (hasRowsColumn) return undefined;
  if (!Array.isArray(rows)) throw new FlowError('BODY_INVALID', `"rows" must be an array of rows but is ${describeValue(rows)}`);
  const other = keys.find((key) => key !== 'rows') ?? '';
  throw new FlowError('BODY_INVALID', `"rows" must stand alone in the body, but there is also "${shortName(other)}"`);
}

function decodeOne(decode: RowDecoder, value: unknown): AnyRow {
  const row = decode(value);
  if (typeof row === 'string') throw new FlowError('ROW_INVALID', row);
  return row;
}

function decodeAll(decode: RowDecoder, values: readonly unknown[]): readonly AnyRow[] {
  const rows = new Array<AnyRow>(values.length);
  for (let i = 0; i < values.length; i++) {
    const row = decode(values[i]);
    if (typeof row === 'string') throw new FlowError('ROW_INVALID', `row ${i}: ${row}`);
    rows[i] = row;
  }
  return rows;
}
