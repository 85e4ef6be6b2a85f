import type { LogicalPlan, PlanNode } from '../plan/node.ts';
import type { PhysicalPlan, Step, TableNumber } from '../plan/task.ts';
import { inOrder, stagesOf } from '../plan/traverse.ts';
import type { Schema } from '../schema/column.ts';
import { connectTasks } from './connect-tasks.ts';
import { pinOf } from './pin.ts';
import type { PhysicalContext } from './rule.ts';
import { type ReplicasByStage, scaleOf } from './scale-of.ts';

/**
 * Logical plan → physical plan: each node becomes a step over numbered tables and a task of its own, where it is pinned or
 * else on the event loop.
 */
export function lower(
  plan: LogicalPlan,
  codeInThreads: boolean,
  replicas: ReplicasByStage = {},
): { readonly physical: PhysicalPlan; readonly context: PhysicalContext } {
  const nodes = inOrder(plan.output).filter((node) => node.op !== 'input');
  const numbers = new Map<PlanNode, TableNumber>(nodes.map((node, i) => [node, i + 1]));
  const numberOf = (node: PlanNode): TableNumber => numbers.get(node) ?? 0;
  const tables: readonly Schema[] = [plan.input, ...nodes.map(({ columns }) => columns)];
  const stages = stagesOf(plan.output);
  const steps = nodes.flatMap((node) => stepOf(node, numberOf));
  const tasks = steps.map((step) => {
    const place = pinOf(step, { stages, codeInThreads }) ?? ('loop' as const);
    return place === 'loop' ? { place, steps: [step] } : { place, ...scaleOf(step, stages, replicas), steps: [step] };
  });
  const physical = connectTasks({ pipeline: plan.name, tables, output: numberOf(plan.output) }, tasks);
  const input = inOrder(plan.output).find(({ op }) => op === 'input');
  const context = {
    nodes: new Map([...(input === undefined ? [] : [[0, input] as const]), ...nodes.map((node) => [numberOf(node), node] as const)]),
    root: plan.output,
    stages,
    codeInThreads,
  };
  return { physical, context };
}

function stepOf(node: PlanNode, numberOf: (node: PlanNode) => number): readonly Step[] {
  const output = numberOf(node);
  switch (node.op) {
    case 'input':
      return [];
    case 'map':
      return [{ op: 'map', input: numberOf(node.input), stages: node.stages.map(({ name }) => name), output }];
    case 'derive':
    case 'flatMap':
    case 'filter':
      return [{ op: node.op, input: numberOf(node.input), stage: node.stage.name, output }];
    case 'groupFilter':
    case 'groupMap':
      return [{ op: node.op, input: numberOf(node.input), keys: node.keys, stage: node.stage.name, output }];
    case 'select':
      return [{ op: 'select', input: numberOf(node.input), names: node.names, output }];
    case 'rename':
      return [{ op: 'rename', input: numberOf(node.input), names: node.names, output }];
    case 'agg':
      return [{ op: 'agg', input: numberOf(node.input), keys: node.keys, aggregates: node.aggregates, output }];
    case 'lookup': {
      const { key, as, missing, store } = node;
      return [{ op: 'lookup', input: numberOf(node.input), store: store.name, key, as, missing, output }];
    }
    case 'join':
      return [{ op: 'join', left: numberOf(node.left), right: numberOf(node.right), how: node.how, as: node.as, output }];
    case 'joinOn':
      return [{ op: 'joinOn', left: numberOf(node.left), right: numberOf(node.right), on: node.on, how: node.how, as: node.as, output }];
    case 'gather':
      return [{ op: 'gather', input: numberOf(node.input), parent: numberOf(node.parent), aggregates: node.aggregates, output }];
    case 'union':
      return [{ op: 'union', inputs: node.inputs.map(numberOf), byIdentity: node.byIdentity, output }];
    case 'anyOf':
      return [{ op: 'anyOf', inputs: node.inputs.map(numberOf), output }];
  }
}
