import { FlowError } from '../errors/flow-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import type { AnyRow, ColumnSpec, Schema } from '../schema/column.ts';
import { printColumn, printNames } from '../schema/fit.ts';
import { generatedFunction, quoted } from '../schema/generated-function.ts';
import { shortName } from '../schema/json-value.ts';
import { packColumn } from './pack-column.ts';
import { unpackColumn } from './unpack-column.ts';
import type { NamedTensor } from './wire-tensor.ts';

/** Rows that fit a schema as tensors, one for each column, in order. Errors: as `packColumn`. */
export function packRows(schema: Schema, rows: readonly AnyRow[]): readonly NamedTensor[] {
  return Object.entries(schema).map(([name, column]) => ({ name, ...packColumn(column, name, rows) }));
}

/** Makes rows of tensors. */
export type RowUnpacker = (tensors: readonly NamedTensor[], rowCount: number) => readonly AnyRow[];

/**
 * Reads rows of a schema from tensors in any order, of which there must be one for each column and no other. Made once for a schema.
 * Errors: TENSOR_INVALID, as `unpackColumn`.
 */
export function rowUnpacker(schema: Schema): RowUnpacker {
  const names = Object.keys(schema);
  const columns = Object.values(schema);
  const build = rowAt(names);
  return (tensors, rowCount) => {
    const sorted = areInOrder(names, tensors) ? tensors : inOrder(schema, tensors);
    const values = new Array<ArrayLike<unknown>>(names.length);
    for (let i = 0; i < values.length; i++) {
      values[i] = unpackColumn(columns[i] as ColumnSpec, names[i] as string, sorted[i] as NamedTensor, rowCount);
    }
    const rows = new Array<AnyRow>(rowCount);
    for (let i = 0; i < rowCount; i++) rows[i] = build(values, i);
    return rows;
  };
}

type BuildRow = (values: readonly ArrayLike<unknown>[], index: number) => AnyRow;

/** Makes the row at an index of its columns: by one object literal, so that all rows have one shape for V8. */
export function rowAt(names: readonly string[]): BuildRow {
  const fields = names.map((name, i) => `${quoted(name)}: values[${i}][i]`);
  const made = generatedFunction({}, `(values, i) => ({ ${fields.join(', ')} })`);
  return (made as BuildRow | null) ?? ((values, i) => Object.fromEntries(names.map((name, column) => [name, values[column]?.[i]])));
}

function areInOrder(names: readonly string[], tensors: readonly NamedTensor[]): boolean {
  if (tensors.length !== names.length) return false;
  for (let i = 0; i < names.length; i++) if (tensors[i]?.name !== names[i]) return false;
  return true;
}

function inOrder(schema: Schema, tensors: readonly NamedTensor[]): readonly NamedTensor[] {
  checkNames(schema, tensors);
  return Object.keys(schema).flatMap((name) => tensors.find((tensor) => tensor.name === name) ?? []);
}

function checkNames(schema: Schema, tensors: readonly NamedTensor[]): void {
  const seen = new Set<string>();
  for (const { name } of tensors) {
    if (!Object.hasOwn(schema, name)) throw unknownTensor(name, schema);
    if (seen.has(name)) throw new FlowError('TENSOR_INVALID', `there are two tensors "${name}"`);
    seen.add(name);
  }
  for (const [name, column] of Object.entries(schema)) {
    if (!seen.has(name)) throw new FlowError('TENSOR_INVALID', `the tensor "${name}" (${printColumn(column)}) is missing`);
  }
}

function unknownTensor(name: string, schema: Schema): FlowError {
  const asked = shortName(name);
  const guess = didYouMean(asked, Object.keys(schema));
  return new FlowError('TENSOR_INVALID', `there is no column for the tensor "${asked}"${guess}; the columns are ${printNames(schema)}`);
}
