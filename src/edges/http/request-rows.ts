import { isUtf8 } from 'node:buffer';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { type AnyRow, describeValue, type Schema } from '../../schema/column.ts';
import { type RowDecoder, rowDecoder } from '../../schema/json-codec.ts';
import { shortName } from '../../schema/json-value.ts';
import { isDeeperThan } from './json-depth.ts';
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
  return (body) => {
    const value = parseJson(body, limits.maxJsonDepth);
    const many = manyRows(value, hasRowsColumn);
    if (many === undefined) return { rows: [decodeOne(decode, value)], isOne: true };
    if (many.length > limits.maxRows) {
      throw new FlowError('ROWS_TOO_MANY', `the request has ${many.length} rows; the limit maxRows is ${limits.maxRows}`);
    }
    return { rows: decodeAll(decode, many), isOne: false };
  };
}

function parseJson(body: Buffer, maxDepth: number): object {
  if (body.length === 0) throw new FlowError('BODY_INVALID', 'the body is empty');
  if (!isUtf8(body)) throw new FlowError('BODY_INVALID', 'the body is not valid UTF-8');
  if (isDeeperThan(body, maxDepth)) {
    throw new FlowError('JSON_TOO_DEEP', `the arrays and objects of the body lie more than ${maxDepth} deep, the limit maxJsonDepth`);
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
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
