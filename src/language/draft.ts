import { FlowError } from '../errors/flow-error.ts';
import type { PlanNode } from '../plan/node.ts';
import type { Implementation, StageSpec } from '../plan/stage.ts';
import type { StoreSpec } from '../plan/store.ts';
import type { Schema } from '../schema/column.ts';

/** What is known while one pipeline is built. */
export interface Draft {
  readonly nodes: Set<PlanNode>;
  readonly stages: Map<string, StageSpec>;
  /** How many functions in place each verb has been given. */
  readonly unnamed: Map<string, number>;
  readonly stores: Map<string, StoreSpec>;
  /** The keys of each groupBy that nobody has gone on from yet. */
  readonly groupings: Map<object, readonly string[]>;
  /** What the functions in place of other pipelines are named here. */
  readonly renamed: Map<StageSpec, StageSpec>;
}

export function createDraft(): Draft {
  return { nodes: new Set(), stages: new Map(), unnamed: new Map(), stores: new Map(), groupings: new Map(), renamed: new Map() };
}

/** A function written in place becomes a stage, named by its verb and number. */
export function stageInPlace(draft: Draft, verb: string, implementation: Implementation, input: Schema, output: Schema): StageSpec {
  const number = (draft.unnamed.get(verb) ?? 0) + 1;
  draft.unnamed.set(verb, number);
  const stage: StageSpec = Object.freeze({ ...inPlaceDefaults, name: `${verb}#${number}`, input, output, implementation });
  return registerStage(draft, stage);
}

const inPlaceDefaults = {
  setup: undefined,
  teardown: undefined,
  maxBatch: 1,
  timeoutMs: undefined,
  runsOn: undefined,
  effects: false,
  race: undefined,
} as const;

/** Whether a stage was written in place; a stage that was defined knows its kind. */
export function isInPlace(stage: StageSpec): boolean {
  return !('kind' in stage);
}

/** Names are how workers, plans and statistics find a stage, so two stages cannot share one. */
export function registerStage(draft: Draft, stage: StageSpec): StageSpec {
  const known = draft.stages.get(stage.name);
  if (known !== undefined && known !== stage) {
    throw new FlowError('STAGE_NAME_TAKEN', `two different stages of this pipeline are named "${stage.name}"`);
  }
  draft.stages.set(stage.name, stage);
  return stage;
}

/** Names are how plans, statistics and whatever keeps the values find a store. */
export function registerStore(draft: Draft, store: StoreSpec): StoreSpec {
  const known = draft.stores.get(store.name);
  if (known !== undefined && known !== store) {
    throw new FlowError('STORE_NAME_TAKEN', `two different stores of this pipeline are named "${store.name}"`);
  }
  draft.stores.set(store.name, store);
  return store;
}
