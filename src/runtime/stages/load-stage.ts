import { FlowError, isFlowError, messageOf } from '../../errors/flow-error.ts';
import type { ReplicaContext, StageSpec } from '../../plan/stage.ts';
import { type BuiltInStage, type LoadContext, plainContext } from './built-in-stage.ts';

/** A stage made ready for one replica: what a built-in kind computes with is loaded, or its `setup` done. */
export interface LoadedStage {
  readonly spec: StageSpec;
  /** What `setup` returned. */
  readonly state: unknown;
  /** There for the kinds that need no user code. */
  readonly builtIn: BuiltInStage | undefined;
  close(): Promise<void>;
}

/** Loads a stage; errors: SETUP_FAILED with what `setup` threw as its cause, and those of the built-in kinds. */
export async function loadStage(spec: StageSpec, replica: ReplicaContext, context = plainContext): Promise<LoadedStage> {
  const builtIn = await loadBuiltIn(spec, context);
  const state = await setUp(spec, replica);
  return {
    spec,
    state,
    builtIn,
    async close() {
      try {
        await spec.teardown?.(state);
      } finally {
        await builtIn?.release();
      }
    },
  };
}

/** Only a place that runs a kind loads the code for it. */
async function loadBuiltIn(spec: StageSpec, context: LoadContext): Promise<BuiltInStage | undefined> {
  const { implementation } = spec;
  switch (implementation.kind) {
    case 'row':
    case 'batch':
    case 'expand':
    case 'predicate':
    case 'group':
    case 'groupPredicate':
      return undefined;
    case 'onnx':
      return (await import('../onnx/onnx-stage.ts')).loadModel(spec, implementation, context.guard);
    case 'python':
      return (await import('../python/python-stage.ts')).loadPython(spec, implementation, context);
    case 'remote':
      return (await import('../remote/remote-stage.ts')).loadRemote(spec, implementation, context);
  }
}

/** Loads stages one after another; when one fails, those before it are closed again. */
export async function loadStages(
  specs: Iterable<StageSpec>,
  replica: ReplicaContext,
  context?: LoadContext,
): Promise<ReadonlyMap<string, LoadedStage>> {
  const loaded = new Map<string, LoadedStage>();
  try {
    for (const spec of specs) loaded.set(spec.name, await loadStage(spec, replica, context));
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
