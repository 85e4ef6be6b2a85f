import { access } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-node';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import type { OnnxImplementation, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Tensor } from '../../schema/tensor.ts';
import { batched } from '../stages/batch-stage.ts';
import type { BatchCall } from '../stages/batcher.ts';
import type { BuiltInStage, NativeGuard } from '../stages/built-in-stage.ts';
import type { RowsRunner } from '../stages/row-stage.ts';
import { outputCheck, type StageEnvironment } from '../stages/stage-runner.ts';
import { type Batching, checkModel, type ModelTensor } from './check-model.ts';
import { stack, unstack } from './tensors.ts';

type OnnxRuntime = typeof import('onnxruntime-node');

/**
 * Loads the model and compares it with the columns. Its computation stops the thread that calls it, so this belongs on a worker.
 * Errors: see `onnx`.
 */
export async function loadModel(stage: StageSpec, implementation: OnnxImplementation, guard: NativeGuard): Promise<BuiltInStage> {
  // Here for a model on the event loop; for one on a thread, whose environment is a copy, before the thread starts.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const runtime = await importRuntime(stage.name);
  const session = await guard(() => openSession(runtime, stage.name, implementation));
  const inputs = session.inputMetadata.map(describeTensor);
  const outputs = session.outputMetadata.map(describeTensor);
  const batching = checkModel(stage, implementation.tensors, { inputs, outputs });
  return {
    isReady: true,
    runner: (environment) => onnxStage(environment, implementation, { runtime, session, batching, guard }),
    release: () => guard(() => session.release()),
  };
}

async function importRuntime(stage: string): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new FlowError('PACKAGE_MISSING', `onnx "${stage}" needs the package onnxruntime-node, which does not load: ${messageOf(cause)}`, {
      cause,
      hint: 'Run: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node',
    });
  }
}

async function openSession(runtime: OnnxRuntime, stage: string, { model, threads }: OnnxImplementation): Promise<InferenceSession> {
  await access(model).catch((cause: unknown) => {
    throw new FlowError('MODEL_MISSING', `onnx "${stage}": there is no readable file ${model}`, { cause });
  });
  try {
    return await runtime.InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 });
  } catch (cause) {
    throw new FlowError('MODEL_INVALID', `onnx "${stage}": ${model} does not load: ${messageOf(cause)}`, { cause });
  }
}

function describeTensor(metadata: InferenceSession.ValueMetadata): ModelTensor {
  return metadata.isTensor ? metadata : { name: metadata.name, type: 'something else than a tensor', shape: [] };
}

interface OpenModel {
  readonly runtime: OnnxRuntime;
  readonly session: InferenceSession;
  readonly batching: Batching;
  readonly guard: NativeGuard;
}

/** Rows whose tensors have equal shapes share a call. */
function onnxStage(
  environment: StageEnvironment,
  implementation: OnnxImplementation,
  { runtime, session, batching, guard }: OpenModel,
): RowsRunner {
  const { spec } = environment;
  const inputs = Object.keys(spec.input).map((column) => ({ column, tensor: implementation.tensors[column] ?? column }));
  const outputs = Object.keys(spec.output).map((column) => ({ column, tensor: implementation.tensors[column] ?? column }));
  const checked = outputCheck(spec);
  const fetches = outputs.map(({ tensor }) => tensor);
  const call: BatchCall = async (rows) => {
    const feeds: Record<string, import('onnxruntime-node').Tensor> = {};
    for (const { column, tensor } of inputs)
      feeds[tensor] = stack(
        runtime.Tensor,
        rows.map((row) => row[column] as Tensor),
        batching.isBatched,
      );
    const given = await guard(() => session.run(feeds, fetches));
    const columns = outputs.map(({ column, tensor }) => ({ column, values: unstackOutput(spec, given, tensor, rows.length, batching) }));
    return rows.map((_, i) => checked(Object.fromEntries(columns.map(({ column, values }) => [column, values[i]]))));
  };
  return batched(environment, { call, keyOf: shapeKey(inputs.map(({ column }) => column)), maxBatch: batching.maxBatch, computes: true });
}

function unstackOutput(
  spec: StageSpec,
  given: InferenceSession.ReturnType,
  tensor: string,
  rows: number,
  { isBatched }: Batching,
): readonly Tensor[] {
  const output = given[tensor];
  if (output === undefined || (isBatched && output.dims[0] !== rows)) {
    throw new FlowError(
      'BATCH_SIZE_CHANGED',
      `onnx "${spec.name}": the model was given ${rows} rows but its output "${tensor}" has the shape [${output?.dims.join(',') ?? ''}]`,
    );
  }
  return unstack(output, rows, isBatched);
}

/** Rows of other shapes cannot be put into one tensor. */
function shapeKey(columns: readonly string[]): (row: AnyRow) => string {
  return (row) => columns.map((column) => (row[column] as Tensor).shape.join()).join(';');
}
