import { FlowError } from '../../errors/flow-error.ts';
import { didYouMean } from '../../errors/suggest.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import { stagesOf } from '../../plan/traverse.ts';
import type { ModelMetadata } from '../../protocol/open-inference/model-metadata.ts';
import { RepeatedHeads } from '../../protocol/open-inference/repeated-heads.ts';
import { RepeatedReplies } from '../../protocol/open-inference/repeated-replies.ts';
import type { Schema } from '../../schema/column.ts';
import { shortName } from '../../schema/json-value.ts';
import { metadataOf } from '../../wire/metadata.ts';
import { type RowUnpacker, rowUnpacker } from '../../wire/wire-rows.ts';
import { isJsonText } from '../../wire/wire-type.ts';
import type { ServedPipelines } from '../http/served-pipelines.ts';

/** A pipeline has one version at a time: what is loaded again takes the place of what was there. */
export const VERSION = '1';

/** A stage as a model of its own, which can be looked at but not asked. */
export interface StageModel {
  /** PIPELINE.STAGE, in characters that clients put into a path as they are. */
  readonly name: string;
  /** As the plan names it. */
  readonly stage: string;
  readonly metadata: ModelMetadata;
}

/** A pipeline as a model: made once for a plan. */
export interface PipelineModel {
  readonly plan: LogicalPlan;
  readonly output: Schema;
  readonly metadata: ModelMetadata;
  readonly unpack: RowUnpacker;
  readonly heads: RepeatedHeads;
  readonly replies: RepeatedReplies;
  /** The input columns whose elements are text of JSON. */
  readonly jsonInputs: ReadonlySet<string>;
  readonly stages: readonly StageModel[];
}

const known = new WeakMap<LogicalPlan, PipelineModel>();

export function modelOf(plan: LogicalPlan): PipelineModel {
  const model = known.get(plan) ?? createModel(plan);
  known.set(plan, model);
  return model;
}

function createModel(plan: LogicalPlan): PipelineModel {
  const output = plan.output.columns;
  return {
    plan,
    output,
    metadata: metadata(plan.name, 'flowserve_pipeline', plan.input, output),
    unpack: rowUnpacker(plan.input),
    heads: new RepeatedHeads(),
    replies: new RepeatedReplies(),
    jsonInputs: jsonColumns(plan.input),
    stages: stageModels(plan),
  };
}

function jsonColumns(schema: Schema): ReadonlySet<string> {
  return new Set(Object.keys(schema).filter((name) => schema[name] !== undefined && isJsonText(schema[name])));
}

function metadata(name: string, platform: string, input: Schema, output: Schema): ModelMetadata {
  return { name, versions: [VERSION], platform, inputs: metadataOf(input), outputs: metadataOf(output) };
}

function stageModels(plan: LogicalPlan): readonly StageModel[] {
  const taken = new Set<string>();
  return [...stagesOf(plan.output)].map(([stage, { input, output, implementation }]) => {
    const name = untaken(`${plan.name}.${stage.replace(/[^\w.-]+/g, '-')}`, taken);
    taken.add(name);
    return { name, stage, metadata: metadata(name, `flowserve_${implementation.kind}`, input, output) };
  });
}

/** Two stages may differ in what had to be replaced alone. */
function untaken(name: string, taken: ReadonlySet<string>): string {
  for (let i = 1, next = name; ; i++, next = `${name}-${i}`) if (!taken.has(next)) return next;
}

/** A model by its name: a pipeline, or a stage of one. */
export type Found = { readonly pipeline: PipelineModel; readonly stage?: StageModel };

/** PIPELINE_UNKNOWN for a name that neither a pipeline nor a stage has. */
export function findModel(pipelines: ServedPipelines, name: string): Found {
  const models = pipelines.all.map(({ plan }) => modelOf(plan));
  const pipeline = models.find(({ plan }) => plan.name === name);
  if (pipeline !== undefined) return { pipeline };
  for (const model of models) {
    const stage = model.stages.find((candidate) => candidate.name === name);
    if (stage !== undefined) return { pipeline: model, stage };
  }
  const asked = shortName(name);
  const names = models.map(({ plan }) => plan.name);
  throw new FlowError('PIPELINE_UNKNOWN', `there is no model "${asked}"${didYouMean(asked, names)}`, {
    hint: 'GET /v2/models lists the models.',
  });
}
