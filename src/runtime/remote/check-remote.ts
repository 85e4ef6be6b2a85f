import { FlowError } from '../../errors/flow-error.ts';
import type { RemoteImplementation, StageSpec } from '../../plan/stage.ts';
import type { Schema } from '../../schema/column.ts';
import { printColumn } from '../../schema/fit.ts';
import { metadataDifferences, type TensorMetadata } from '../../wire/metadata.ts';
import { wireType } from '../../wire/wire-type.ts';
import type { RemoteModel } from './remote-model.ts';

/** How rows go into calls of a model. */
export interface Calls {
  /** Whether the first dimension of its tensors counts rows; else they have the shape of one row. */
  readonly isBatched: boolean;
  readonly maxBatch: number;
  /** Tensors that have a last dimension of 1 where their columns are single values. */
  readonly wide: ReadonlySet<string>;
}

/**
 * Compares a stage's columns with the tensors of its model and tells how rows go into calls. A server that names no tensors is believed
 * to have the stage's. Errors: MODEL_MISMATCH with a line for each difference.
 */
export function checkRemote(stage: StageSpec, implementation: RemoteImplementation, model: RemoteModel): Calls {
  if (!model.isBinary) refuseHalves(stage, implementation);
  const input = named(stage.input, implementation);
  const pairs = [
    pair(
      'input',
      input,
      model.inputs.filter(({ name }) => Object.hasOwn(input, name) || !model.optional.has(name)),
    ),
    pair('output', named(stage.output, implementation), model.outputs),
  ] as const;
  const wide = new Set(pairs.flatMap((one) => one.wide));
  const maxBatch = Math.min(stage.maxBatch, model.maxBatch ?? stage.maxBatch);
  const anyRows = differences(pairs);
  if (anyRows.length === 0) return { isBatched: true, maxBatch, wide };
  const oneRow = differences(pairs, 1);
  if (oneRow.length === 0) return { isBatched: true, maxBatch: 1, wide };
  if (differences(pairs.map(asOneRow), 1).length === 0) return { isBatched: false, maxBatch: 1, wide: new Set() };
  throw mismatch(stage, implementation, oneRow.length < anyRows.length ? oneRow : anyRows);
}

interface Pair {
  readonly kind: 'input' | 'output';
  /** By the names of tensors. */
  readonly schema: Schema;
  readonly given: readonly TensorMetadata[];
  /** The same without the last dimension of the wide ones. */
  readonly tensors: readonly TensorMetadata[];
  readonly wide: readonly string[];
}

/** A model that takes one text a row often says [-1,1], which is as many values as [-1]. */
function pair(kind: 'input' | 'output', schema: Schema, given: readonly TensorMetadata[]): Pair {
  const isWide = ({ name, shape }: TensorMetadata): boolean => {
    const column = schema[name];
    return column !== undefined && wireType(column).shape.length === 0 && shape.length === 2 && shape[1] === 1;
  };
  const tensors = given.map((tensor) => (isWide(tensor) ? { ...tensor, shape: tensor.shape.slice(0, 1) } : tensor));
  return { kind, schema, given, tensors, wide: given.filter(isWide).map(({ name }) => name) };
}

function named(schema: Schema, { tensors }: RemoteImplementation): Schema {
  return Object.fromEntries(Object.entries(schema).map(([column, spec]) => [tensors[column] ?? column, spec]));
}

/** As if it had a first dimension of one row. */
function asOneRow(one: Pair): Pair {
  return { ...one, tensors: one.given.map((tensor) => ({ ...tensor, shape: [1, ...tensor.shape] })) };
}

function differences(pairs: readonly Pair[], rowsPerCall?: number): readonly string[] {
  const told = pairs.filter(({ given }) => given.length > 0);
  return told.flatMap(({ kind, schema, tensors }) => metadataDifferences(kind, schema, tensors, rowsPerCall));
}

function mismatch({ name }: StageSpec, { model, url }: RemoteImplementation, lines: readonly string[]): FlowError {
  const where = `remote "${name}": the columns are not those of model "${model}" at ${url}`;
  const text = lines.length === 1 ? `: ${lines[0]}` : `:${lines.map((line) => `\n- ${line}`).join('')}`;
  return new FlowError('MODEL_MISMATCH', where + text, { hint: hintOf(lines) });
}

function hintOf(lines: readonly string[]): string {
  const isNamed = lines.some((line) => line.startsWith('the server has no'));
  const names = " Where only a name differs, say which tensor a column is: tensors: { column: 'TENSOR' }.";
  return `Declare input and output as the server has them, without the first dimension where it counts rows.${isNamed ? names : ''}`;
}

/** Half precision has no form in JSON. */
function refuseHalves({ name, input, output }: StageSpec, { model, url }: RemoteImplementation): void {
  const half = Object.entries({ ...input, ...output }).find(([, column]) => HALVES.has(wireType(column).datatype));
  if (half === undefined) return;
  const where = `remote "${name}": model "${model}" at ${url}`;
  const problem = `${where} takes tensors as JSON alone, in which column "${half[0]}" (${printColumn(half[1])}) has no form`;
  throw new FlowError('MODEL_MISMATCH', problem, { hint: 'Declare the column as FP32, and convert it in a map beside the model.' });
}
const HALVES: ReadonlySet<string> = new Set(['FP16', 'BF16']);
