import type { AnyRow, ColumnSpec, Schema } from './column.ts';
import { isDetached } from './detached.ts';
import { generatedFunction, quoted } from './generated-function.ts';
import { rowProblem, valueProblem } from './validate.ts';

export type RowChecker = (row: unknown) => row is AnyRow;

const known = new WeakMap<Schema, RowChecker>();

/**
 * Whether a row has exactly the columns of a schema with values of their types: where `rowProblem` has nothing to say. A function
 * made for the schema knows the usual row; whatever it has doubts about is judged by `rowProblem`.
 */
export function rowChecker(schema: Schema): RowChecker {
  const checker = known.get(schema) ?? createChecker(schema);
  known.set(schema, checker);
  return checker;
}

function createChecker(schema: Schema): RowChecker {
  const isUsual = usualRow(schema);
  return (row): row is AnyRow => isUsual(row) || rowProblem(schema, row) === null;
}

/** True only for rows that fit: their own enumerable names are the columns, no more and no fewer, and every value fits. */
function usualRow(schema: Schema): (row: unknown) => boolean {
  const names = Object.keys(schema);
  if (names.length === 0) return () => false;
  const columns = Object.values(schema);
  const constants = {
    hasOwn: Object.prototype.hasOwnProperty,
    Uint8Array,
    isArray: Array.isArray,
    asInt64,
    isDetached,
    valueProblem,
    columns,
  };
  const cases = names.map((name) => `case ${quoted(name)}:`).join(' ');
  const values = columns.map((column, i) => `${fits(column, `row[${quoted(names[i] ?? '')}]`, i)}`).join(' && ');
  const made = generatedFunction(
    constants,
    `(row) => {
      if (typeof row !== 'object' || row === null || isArray(row)) return false;
      let seen = 0;
      for (const name in row) {
        if (!hasOwn.call(row, name)) return false;
        switch (name) { ${cases} seen++; break; default: return false; }
      }
      return seen === ${names.length} && ${values};
    }`,
  );
  return made === null ? () => false : (made as (row: unknown) => boolean);
}

/** The text of a condition. */
function fits(column: ColumnSpec, value: string, index: number): string {
  const condition = fitsKind(column, value, index);
  return column.nullable ? `(${value} === null || ${condition})` : condition;
}

function fitsKind(column: ColumnSpec, value: string, index: number): string {
  switch (column.kind) {
    case 'text':
      return `typeof ${value} === 'string'`;
    case 'bytes':
      return `(${value} instanceof Uint8Array && (${value}.byteLength > 0 || !isDetached(${value})))`;
    case 'bool':
      return `typeof ${value} === 'boolean'`;
    case 'int32':
      return `(typeof ${value} === 'number' && (${value} | 0) === ${value})`;
    case 'int64':
      return `(typeof ${value} === 'bigint' && asInt64(${value}) === ${value})`;
    case 'float32':
    case 'float64':
      return `typeof ${value} === 'number'`;
    case 'json':
    case 'tensor':
    case 'list':
    case 'record':
      return `valueProblem(columns[${index}], ${value}) === null`;
  }
}

function asInt64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}
