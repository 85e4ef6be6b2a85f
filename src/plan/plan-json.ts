import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { ColumnSpec, Schema } from '../schema/column.ts';
import type { LogicalPlan, PlanNode } from './node.ts';
import { parametersOf } from './parameters.ts';
import { portableSchema } from './portable.ts';
import type { Implementation, StageSpec } from './stage.ts';
import { children, inOrder, stagesIn, stagesOf, storesOf } from './traverse.ts';

/** A logical plan as JSON: nodes in order, each naming its inputs by their place, its stages and its store. Functions are left out. */
export interface PlanJson {
  /** SHA-256 of all else, in hexadecimal: the same for the same plan, whoever builds it. */
  readonly hash: string;
  readonly pipeline: string;
  readonly options: Omit<LogicalPlan['options'], 'warmUp'>;
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
  const { warmUp: _, ...options } = plan.options;
  const nodes = inOrder(plan.output);
  const places = new Map(nodes.map((node, i) => [node, i]));
  const content = {
    pipeline: plan.name,
    options,
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
  return {
    op,
    inputs: children(node).map(placeOf),
    ...stagesJson(node),
    ...parametersOf(node),
    columns: portableSchema(columns),
    origin: origin.name,
  };
}

/** By their names. */
function stagesJson(node: PlanNode): Readonly<Record<string, unknown>> {
  const names = stagesIn(node).map(({ name }) => name);
  if (node.op === 'map') return { stages: names };
  return names.length === 0 ? {} : { stage: names[0] };
}

function stageJson({
  name,
  input,
  output,
  implementation,
  maxBatch,
  timeoutMs,
  runsOn,
  effects,
  race,
  replicas,
  resource,
}: StageSpec): StageJson {
  const columns = { input: portableSchema(input), output: portableSchema(output) };
  const scaling = { ...(replicas === undefined ? {} : { replicas }), ...(resource === undefined ? {} : { resource }) };
  return {
    name,
    kind: implementation.kind,
    ...columns,
    ...detailsOf(implementation),
    maxBatch,
    timeoutMs,
    runsOn,
    effects,
    race,
    ...scaling,
  };
}

/** What a built-in kind does. The folder of a file on this machine says nothing about the plan. */
function detailsOf(implementation: Implementation): Readonly<Record<string, unknown>> {
  switch (implementation.kind) {
    case 'onnx': {
      const { tensors, threads } = implementation;
      return { tensors, threads };
    }
    case 'python': {
      const { module, function: called, setup, interpreter, replicas, memoryLimitMb } = implementation;
      return {
        module: 'file' in module ? basename(module.file) : module.name,
        function: called,
        setup,
        interpreter,
        replicas,
        memoryLimitMb,
      };
    }
    case 'remote': {
      const { url, model, version, tensors, connections } = implementation;
      return { url, model, version, tensors, connections };
    }
    case 'row':
    case 'batch':
    case 'expand':
    case 'predicate':
    case 'group':
    case 'groupPredicate':
      return {};
  }
}
