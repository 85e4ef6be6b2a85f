import { didYouMean } from '../errors/suggest.ts';
import type { ColumnSpec, Schema } from '../schema/column.ts';
import { printColumn } from '../schema/fit.ts';
import { printShape, type Shape } from '../schema/tensor.ts';
import { wireType } from './wire-type.ts';

/** A tensor as the protocol describes it; another server's datatype may be any word. -1 stands for any length. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  readonly shape: Shape;
}

/** The tensors that rows of a schema are, each with any number of rows. */
export function metadataOf(schema: Schema): readonly TensorMetadata[] {
  return Object.entries(schema).map(([name, column]) => {
    const { datatype, shape } = wireType(column);
    return { name, datatype, shape: [ANY, ...shape] };
  });
}
const ANY = -1;

/**
 * Says where the tensors of a server differ from columns that are sent to it (`input`) or read from it (`output`): one line each, none where
 * all fit. A dynamic length of the server fits any column, and its rows are told by the values; a dynamic column is sent only where the
 * server takes any length. `rowsPerCall` is the first dimension that its tensors may have beside -1. Outputs that no column reads are no difference.
 */
export function metadataDifferences(
  kind: 'input' | 'output',
  schema: Schema,
  tensors: readonly TensorMetadata[],
  rowsPerCall = ANY,
): readonly string[] {
  const differences = Object.entries(schema).flatMap(([name, column]) => {
    const tensor = tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) return [missing(kind, name, column, tensors)];
    return fits(kind, column, tensor, rowsPerCall) ? [] : [mismatch(kind, column, tensor)];
  });
  const unfed = kind === 'output' ? [] : tensors.filter(({ name }) => !Object.hasOwn(schema, name));
  return [...differences, ...unfed.map((tensor) => `the server also needs the input "${tensor.name}", ${print(tensor)}`)];
}

function fits(kind: 'input' | 'output', column: ColumnSpec, tensor: TensorMetadata, rowsPerCall: number): boolean {
  const { datatype, shape } = wireType(column);
  const [rows = 0, ...lengths] = tensor.shape;
  if (tensor.datatype !== datatype || lengths.length !== shape.length) return false;
  if (rows !== ANY && rows !== rowsPerCall) return false;
  return lengths.every((length, i) => length === ANY || length === shape[i] || (kind === 'output' && shape[i] === ANY));
}

function missing(kind: 'input' | 'output', name: string, column: ColumnSpec, tensors: readonly TensorMetadata[]): string {
  const names = tensors.map((tensor) => tensor.name);
  const known = tensors.map((tensor) => `"${tensor.name}", ${print(tensor)}`).join('; ');
  const list = known === '' ? `it has no ${kind}s` : `its ${kind}s are ${known}`;
  return `the server has no ${kind} "${name}" (${printColumn(column)})${didYouMean(name, names)}; ${list}`;
}

function mismatch(kind: 'input' | 'output', column: ColumnSpec, tensor: TensorMetadata): string {
  const { datatype, shape } = wireType(column);
  const ours = `${datatype} ${printShape([ANY, ...shape])}`;
  return `${kind} "${tensor.name}" is declared ${printColumn(column)}, on the wire ${ours}, but the server has ${print(tensor)}`;
}

function print({ datatype, shape }: TensorMetadata): string {
  return `${datatype} ${printShape(shape)}`;
}
