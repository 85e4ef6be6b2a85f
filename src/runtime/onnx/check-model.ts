import { FlowError } from '../../errors/flow-error.ts';
import { didYouMean } from '../../errors/suggest.ts';
import type { StageSpec } from '../../plan/stage.ts';
import type { ColumnSpec, Schema } from '../../schema/column.ts';
import { datatypeOf } from './datatypes.ts';

/** One tensor as a loaded model describes it; a dynamic length is a name, an unknown shape is empty. */
export interface ModelTensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

interface ModelTensors {
  readonly inputs: readonly ModelTensor[];
  readonly outputs: readonly ModelTensor[];
}

/** How rows go into calls: `isBatched` when the model's tensors have a batch dimension in front of the columns' shapes. */
export interface Batching {
  readonly isBatched: boolean;
  readonly maxBatch: number;
}

/**
 * Compares a stage's columns with the tensors of its model and tells how the model batches.
 * Errors: MODEL_MISMATCH naming the tensor, what is declared and what the model has.
 */
export function checkModel(stage: StageSpec, tensorNames: Readonly<Record<string, string>>, model: ModelTensors): Batching {
  const inputs = pair(stage, 'input', stage.input, tensorNames, model.inputs);
  const outputs = pair(stage, 'output', stage.output, tensorNames, model.outputs);
  const fed = new Set(inputs.map(({ tensor }) => tensor.name));
  const unfed = model.inputs.find(({ name }) => !fed.has(name));
  if (unfed !== undefined) throw mismatch(stage, `the model also needs the input "${unfed.name}", ${printTensor(unfed)}`);
  const pairs = [...inputs, ...outputs];
  const extraDimensions = pairs
    .filter(({ tensor }) => tensor.shape.length > 0)
    .map(({ tensor, column }) => tensor.shape.length - column.shape.length);
  const isBatched = extraDimensions.every((extra) => extra === 1);
  if (!isBatched && extraDimensions.some((extra) => extra !== 0)) throw mismatch(stage, rankProblem(pairs));
  for (const { kind, tensor, column } of pairs) checkTensor(stage, kind, tensor, column, isBatched);
  return { isBatched, maxBatch: isBatched ? batchBound(stage, pairs) : 1 };
}

type TensorSpec = ColumnSpec & { readonly kind: 'tensor' };
interface Pair {
  readonly kind: 'input' | 'output';
  readonly tensor: ModelTensor;
  readonly column: TensorSpec;
}

function pair(
  stage: StageSpec,
  kind: 'input' | 'output',
  columns: Schema,
  names: Readonly<Record<string, string>>,
  tensors: readonly ModelTensor[],
): readonly Pair[] {
  return Object.entries(columns).map(([name, column]) => {
    const wanted = names[name] ?? name;
    const tensor = tensors.find((candidate) => candidate.name === wanted);
    if (tensor === undefined) {
      const known = tensors.map((candidate) => candidate.name);
      throw mismatch(
        stage,
        `the model has no ${kind} "${wanted}"${didYouMean(wanted, known)}; its ${kind}s are ${tensors.map((t) => `"${t.name}", ${printTensor(t)}`).join('; ')}`,
        {
          hint: `Name the column as the model does, or say which tensor it is: tensors: { ${name}: '${known[0] ?? 'x'}' }.`,
        },
      );
    }
    // The stage was made by onnx(), which takes tensors only.
    return { kind, tensor, column: column as TensorSpec };
  });
}

function checkTensor(stage: StageSpec, kind: 'input' | 'output', tensor: ModelTensor, column: TensorSpec, isBatched: boolean): void {
  const modelShape = isBatched ? tensor.shape.slice(1) : tensor.shape;
  // A fixed length fits a dynamic one of the model; a dynamic one does not fit a fixed one, unless the model makes it.
  const lengthFits = (length: number, i: number): boolean => {
    const modelLength = modelShape[i];
    return typeof modelLength !== 'number' || length === modelLength || (kind === 'output' && length === -1);
  };
  const shapeIsKnown = tensor.shape.length > 0;
  if (datatypeOf(tensor.type) === column.datatype && (!shapeIsKnown || column.shape.every(lengthFits))) return;
  throw mismatch(
    stage,
    `${kind} "${tensor.name}" is declared ${printDeclared(column, isBatched)} but the model has ${printTensor(tensor)}`,
  );
}

/** The smallest fixed batch dimension of the model, else what the stage allows. */
function batchBound(stage: StageSpec, pairs: readonly Pair[]): number {
  const fixed = pairs.map(({ tensor }) => tensor.shape[0]).filter((length) => typeof length === 'number');
  const large = pairs.find(({ tensor: { shape } }) => typeof shape[0] === 'number' && shape[0] > 1);
  if (large !== undefined) {
    throw mismatch(
      stage,
      `${large.kind} "${large.tensor.name}" of the model, ${printTensor(large.tensor)}, always holds ${large.tensor.shape[0]} rows`,
      {
        hint: 'Export the model with a dynamic batch dimension, or with one of 1.',
      },
    );
  }
  return fixed.length > 0 ? 1 : stage.maxBatch;
}

function rankProblem(pairs: readonly Pair[]): string {
  const odd = pairs.find(({ tensor, column }) => {
    const extra = tensor.shape.length - column.shape.length;
    return tensor.shape.length > 0 && extra !== 1;
  });
  if (odd === undefined) return 'its tensors do not agree on a batch dimension';
  return `${odd.kind} "${odd.tensor.name}" is declared ${printDeclared(odd.column, true)} (the first dimension is the batch) but the model has ${printTensor(odd.tensor)}`;
}

/** `FP32 [batch,3,-1,-1]`: what a column asks of the model. */
function printDeclared({ datatype, shape }: TensorSpec, isBatched: boolean): string {
  return `${datatype} [${[...(isBatched ? ['batch'] : []), ...shape].join(',')}]`;
}

function printTensor({ type, shape }: ModelTensor): string {
  return `${datatypeOf(type) ?? type} [${shape.join(',')}]`;
}

function mismatch(stage: StageSpec, problem: string, options?: { readonly hint: string }): FlowError {
  return new FlowError('MODEL_MISMATCH', `onnx "${stage.name}": ${problem}`, options);
}
