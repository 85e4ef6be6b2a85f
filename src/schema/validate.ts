import { type AnyRow, type ColumnSpec, describeValue, type Schema } from './column.ts';
import { DETACHED, isDetached } from './detached.ts';
import { printColumn, printNames } from './fit.ts';
import { arrayOf, type Datatype, elementCount, isDatatype, printShape, type Shape, shapeFits } from './tensor.ts';

/**
 * Says how a row differs from its schema, or null when it has exactly the declared columns with values of
 * their types. The sentence starts with the column: `column "label" must be text but is the number 7`.
 */
export function rowProblem(schema: Schema, row: unknown): string | null {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return `a row must be an object but is ${describeValue(row)}`;
  for (const name in schema) {
    const column = schema[name];
    if (column === undefined) continue;
    if (!Object.hasOwn(row, name)) return missingColumn(name, column);
    const problem = valueProblem(column, (row as AnyRow)[name]);
    if (problem !== null) return `column "${name}" ${problem}`;
  }
  for (const name in row) {
    if (!Object.hasOwn(schema, name)) return extraColumn(name, schema);
  }
  return null;
}

export function missingColumn(name: string, column: ColumnSpec): string {
  return `column "${name}" (${printColumn(column)}) is missing`;
}

export function extraColumn(name: string, schema: Schema): string {
  return `column "${name}" is not one of the columns, which are ${printNames(schema)}`;
}

/** Says how a value differs from its column, or null: `must be text but is the number 7`. */
export function valueProblem(column: ColumnSpec, value: unknown): string | null {
  if (value === null && column.nullable) return null;
  switch (column.kind) {
    case 'bytes':
      return bytesProblem(column, value);
    case 'text':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
    case 'json':
      return scalars[column.kind](value) ? null : mustBe(column, value);
    case 'tensor':
      return tensorProblem(column, value);
    case 'list':
      return listProblem(column, value);
    case 'record':
      return recordProblem(column, value);
  }
}

const isNumber = (value: unknown): boolean => typeof value === 'number';
const scalars = {
  text: (value: unknown) => typeof value === 'string',
  bool: (value: unknown) => typeof value === 'boolean',
  int32: (value: unknown) => typeof value === 'number' && (value | 0) === value,
  int64: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  float32: isNumber,
  float64: isNumber,
  // Its type is the business of the schema given for it, which judges values where they enter.
  json: (value: unknown) => value !== undefined && typeof value !== 'function' && typeof value !== 'symbol',
} as const;

export function mustBe(column: ColumnSpec, value: unknown): string {
  return `must be ${printColumn(column)} but is ${describeValue(value)}`;
}

function bytesProblem(column: ColumnSpec, value: unknown): string | null {
  if (!(value instanceof Uint8Array)) return mustBe(column, value);
  return isDetached(value) ? `must be ${printColumn(column)} but is empty: ${DETACHED}` : null;
}

function tensorProblem(column: ColumnSpec & { kind: 'tensor' }, value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return mustBe(column, value);
  const { datatype, shape, data } = value as { datatype?: unknown; shape?: unknown; data?: unknown };
  if (!isDatatype(datatype) || !isConcreteShape(shape))
    return `${mustBe(column, value)} without the fields datatype, shape and data of a tensor`;
  if (datatype !== column.datatype || !shapeFits(shape, column.shape))
    return `must be ${printColumn(column)} but is ${datatype} ${printShape(shape)}`;
  return dataProblem(datatype, shape, data);
}

function isConcreteShape(shape: unknown): shape is Shape {
  return Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
}

function dataProblem(datatype: Datatype, shape: Shape, data: unknown): string | null {
  const holder = datatype === 'BYTES' ? Array : arrayOf[datatype];
  if (!(data instanceof holder))
    return `is ${datatype} ${printShape(shape)}, so its data must be a ${holder.name} but is ${describeValue(data)}`;
  if (ArrayBuffer.isView(data) && isDetached(data)) return `is empty: ${DETACHED}`;
  const count = elementCount(shape);
  if (data.length !== count) return `is ${datatype} ${printShape(shape)}, so its data must have ${count} elements but has ${data.length}`;
  if (datatype !== 'BYTES') return null;
  const wrong = (data as readonly unknown[]).find((element) => !(element instanceof Uint8Array));
  if (wrong !== undefined) return `is BYTES, so each element must be a Uint8Array but one is ${describeValue(wrong)}`;
  return (data as readonly Uint8Array[]).some(isDetached) ? `is empty: ${DETACHED}` : null;
}

function listProblem(column: ColumnSpec & { kind: 'list' }, value: unknown): string | null {
  if (!Array.isArray(value)) return mustBe(column, value);
  for (let i = 0; i < value.length; i++) {
    const problem = valueProblem(column.of, value[i]);
    if (problem !== null) return `element ${i} ${problem}`;
  }
  return null;
}

function recordProblem(column: ColumnSpec & { kind: 'record' }, value: unknown): string | null {
  const problem = rowProblem(column.fields, value);
  return problem === null ? null : `must be ${printColumn(column)}: ${problem}`;
}
