import { FlowError, isFlowError, messageOf } from '../../errors/flow-error.ts';
import type { ReplicaContext, StageSpec } from '../../plan/stage.ts';
import type { LoadedModel } from '../onnx/onnx-stage.ts';

/** A stage made ready for one replica: its model loaded or its `setup` done. */
export interface LoadedStage {
  readonly spec: StageSpec;
  /** What `setup` returned. */
  readonly state: unknown;
  readonly model: LoadedModel | undefined;
  close(): Promise<void>;
}

/** Wraps each computation that the thread must not be ended in. */
export type NativeGuard = <T>(compute: () => Promise<T>) => Promise<T>;

/** Loads a stage; errors: SETUP_FAILED with what `setup` threw as its cause, and those of `onnx`. */
export async function loadStage(spec: StageSpec, replica: ReplicaContext, guard: NativeGuard = unguarded): Promise<LoadedStage> {
  // Only a place that runs a model loads the code for models.
  const model =
    spec.implementation.kind === 'onnx'
      ? await (await import('../onnx/onnx-stage.ts')).loadModel(spec, spec.implementation, guard)
      : undefined;
  const state = await setUp(spec, replica);
  return {
    spec,
    state,
    model,
    async close() {
      try {
        await spec.teardown?.(state);
      } finally {
        await model?.release();
      }
    },
  };
}

const unguarded: NativeGuard = (compute) => compute();

/** Loads stages one after another; when one fails, those before it are closed again. */
export async function loadStages(
  specs: Iterable<StageSpec>,
  replica: ReplicaContext,
  guard?: NativeGuard,
): Promise<ReadonlyMap<string, LoadedStage>> {
  const loaded = new Map<string, LoadedStage>();
  try {
    for (const spec of specs) loaded.set(spec.name, await loadStage(spec, replica, guard));
  } catch (error) {
    // Why the stage does not load is what the caller must hear, whatever comes of closing the others.
    await closeStages(loaded).catch(() => {});
    throw error;
  }
  return loaded;
}

/** Closes every stage, also when one of them fails to; then throws the first failure. */
export async function closeStages(loaded: ReadonlyMap<string, LoadedStage>): Promise<void> {
  const failures: unknown[] = [];
  for (const stage of loaded.values()) await stage.close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

async function setUp({ name, setup }: StageSpec, replica: ReplicaContext): Promise<unknown> {
  try {
    return await setup?.(replica);
  } catch (cause) {
    if (isFlowError(cause)) throw cause;
    throw new FlowError('SETUP_FAILED', `setup of stage "${name}" failed: ${messageOf(cause)}`, { cause });
  }
}
