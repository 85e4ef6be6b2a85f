import { createHash } from 'node:crypto';
import type { ColumnSpec, Schema } from '../schema/column.ts';
import type { LogicalPlan, PlanNode } from './node.ts';
import { portableSchema } from './portable.ts';
import type { StageSpec } from './stage.ts';
import { children, inOrder, stagesOf, storesOf } from './traverse.ts';

/** A logical plan as JSON: nodes in order, each naming its inputs by their place, its stages and its store. Functions are left out. */
export interface PlanJson {
  /** SHA-256 of all else, in hexadecimal: the same for the same plan, whoever builds it. */
  readonly hash: string;
  readonly pipeline: string;
  readonly options: LogicalPlan['options'];
  readonly input: Schema;
  /** The last is the output. */
  readonly nodes: readonly NodeJson[];
  readonly stages: readonly StageJson[];
  readonly stores: readonly { readonly name: string; readonly key: ColumnSpec; readonly value: ColumnSpec }[];
}

export interface NodeJson {
  readonly op: PlanNode['op'];
  /** Places in `nodes`. */
  readonly inputs: readonly number[];
  readonly columns: Schema;
  /** What its rows stand for. */
  readonly origin: string;
  readonly [parameter: string]: unknown;
}

export interface StageJson extends Omit<StageSpec, 'implementation' | 'setup' | 'teardown'> {
  readonly kind: StageSpec['implementation']['kind'];
  readonly [parameter: string]: unknown;
}

export function planJson(plan: LogicalPlan): PlanJson {
  const nodes = inOrder(plan.output);
  const places = new Map(nodes.map((node, i) => [node, i]));
  const content = {
    pipeline: plan.name,
    options: plan.options,
    input: portableSchema(plan.input),
    nodes: nodes.map((node) => nodeJson(node, (child) => places.get(child) ?? 0)),
    stages: [...stagesOf(plan.output).values()].map(stageJson),
    stores: [...storesOf(plan.output).values()].map(
      ({ name, key, value }) => ({ name, ...portableSchema({ key, value }) }) as PlanJson['stores'][number],
    ),
  };
  return { hash: createHash('sha256').update(JSON.stringify(content)).digest('hex'), ...content };
}

function nodeJson(node: PlanNode, placeOf: (child: PlanNode) => number): NodeJson {
  const { op, columns, origin } = node;
  return { op, inputs: children(node).map(placeOf), ...parametersOf(node), columns: portableSchema(columns), origin: origin.name };
}

/** What a verb was given beside its inputs. */
function parametersOf(node: PlanNode): Readonly<Record<string, unknown>> {
  switch (node.op) {
    case 'input':
    case 'union':
    case 'anyOf':
      return {};
    case 'map':
      return { stages: node.stages.map(({ name }) => name) };
    case 'derive':
    case 'flatMap':
      return { stage: node.stage.name };
    case 'filter':
      return { stage: node.stage.name, reads: node.reads };
    case 'groupFilter':
      return { stage: node.stage.name, keys: node.keys, reads: node.reads };
    case 'groupMap':
      return { stage: node.stage.name, keys: node.keys };
    case 'select':
    case 'rename':
      return { names: node.names };
    case 'agg':
      return { keys: node.keys, aggregates: node.aggregates };
    case 'gather':
      return { aggregates: node.aggregates };
    case 'lookup':
      return { store: node.store.name, key: node.key, as: node.as, missing: node.missing };
    case 'join':
      return { how: node.how, as: node.as };
    case 'joinOn':
      return { on: node.on, how: node.how, as: node.as };
  }
}

/** A model is named as it was given: its path on this machine says nothing about the plan. */
function stageJson({ name, input, output, implementation, maxBatch, timeoutMs, runsOn, effects }: StageSpec): StageJson {
  const model = implementation.kind === 'onnx' ? { tensors: implementation.tensors, threads: implementation.threads } : {};
  const columns = { input: portableSchema(input), output: portableSchema(output) };
  return { name, kind: implementation.kind, ...columns, ...model, maxBatch, timeoutMs, runsOn, effects };
}
