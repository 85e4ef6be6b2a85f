import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlowError } from '../errors/flow-error.ts';
import { type AnyColumn, describeValue, type Schema, schemaOf } from '../schema/column.ts';
import { printColumn } from '../schema/fit.ts';
import type { Tensor } from '../schema/tensor.ts';
import { checkOptions } from './options.ts';
import { fieldsOf, makeStage, STAGE_FIELDS, type Stage, type StageOptions } from './stage.ts';
import { tensorNames } from './tensor-names.ts';

/** A column that holds tensors: the only kind a model reads and gives. */
interface TensorColumn extends AnyColumn {
  readonly kind: 'tensor';
  readonly '~value': Tensor;
}
type TensorColumns = { readonly [name: string]: TensorColumn };

interface OnnxDefinition<I, O> extends StageOptions {
  readonly name: string;
  /** The model's file: a URL such as `new URL('./model.onnx', import.meta.url)`, or a path from the current folder. */
  readonly model: URL | string;
  /** One row's tensors, without the batch dimension; -1 for a dynamic length. */
  readonly inputs: I;
  readonly outputs: O;
  /** The model's tensor for a column, where it has another name. */
  readonly tensors?: { readonly [K in keyof I | keyof O]?: string } | undefined;
  /** Threads that compute one call (default 1: replicas make better use of the cores). */
  readonly threads?: number | undefined;
}

/**
 * An ONNX model as a stage, run by onnxruntime-node on worker threads, one session per replica. Where the
 * model's tensors have one dimension more than the columns, it is the batch: rows of equal shapes share a call.
 * Errors: when it loads, PACKAGE_MISSING, MODEL_MISSING, MODEL_INVALID, and MODEL_MISMATCH naming the tensor, what was
 * declared and what the model has.
 */
export function onnx<const I extends TensorColumns, const O extends TensorColumns>(definition: OnnxDefinition<I, O>): Stage<I, O> {
  const fields = fieldsOf('onnx', definition);
  const where = `onnx "${String(fields.name)}"`;
  // A model has no state of the user's, so there is nothing to set up.
  const known = STAGE_FIELDS.filter((name) => name !== 'setup' && name !== 'teardown');
  checkOptions(definition, [...known, 'model', 'inputs', 'outputs', 'tensors', 'threads'], where);
  const input = tensorsOf(fields.inputs, `${where}: inputs`);
  const output = tensorsOf(fields.outputs, `${where}: outputs`);
  const tensors = tensorNames(fields, where, [...Object.keys(input), ...Object.keys(output)]);
  const threads = fields.threads ?? 1;
  if (!Number.isSafeInteger(threads) || Number(threads) < 1) {
    throw new FlowError('OPTION_INVALID', `${where}: threads must be a whole number of at least 1 but is ${describeValue(threads)}`);
  }
  if (fields.runsOn === 'loop') {
    throw new FlowError(
      'OPTION_INVALID',
      `${where}: a model cannot run on the event loop, which it would stop for as long as it computes`,
      {
        hint: 'Leave out runsOn.',
      },
    );
  }
  const implementation = { kind: 'onnx', model: modelPath(fields.model, where), tensors, threads: Number(threads) } as const;
  return makeStage('onnx', 'stage', { ...fields, runsOn: 'thread' }, implementation, { input, output }) as unknown as Stage<I, O>;
}

function tensorsOf(columns: unknown, where: string): Schema {
  const schema = schemaOf(columns, where);
  for (const [name, column] of Object.entries(schema)) {
    if (column.kind !== 'tensor' || column.nullable) {
      throw new FlowError('COLUMN_INVALID', `${where}: column "${name}" must be a tensor but is ${printColumn(column)}`);
    }
  }
  if (Object.keys(schema).length === 0) throw new FlowError('COLUMN_INVALID', `${where}: a model has at least one tensor here`);
  return schema;
}

function modelPath(model: unknown, where: string): string {
  if (model instanceof URL && model.protocol === 'file:') return fileURLToPath(model);
  if (typeof model === 'string' && model.startsWith('file://')) return fileURLToPath(model);
  if (typeof model === 'string' && model !== '') return resolve(model);
  throw new FlowError(
    'STAGE_INVALID',
    `${where}: model must be a path or a file URL but is ${describeValue(model instanceof URL ? model.href : model)}`,
  );
}
