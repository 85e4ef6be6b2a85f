import type { LogicalPlan, PlanNode } from '../plan/node.ts';
import type { Place } from '../plan/stage.ts';
import { inputsOf, type PhysicalPlan, type Step, type Task } from '../plan/task.ts';
import { children, inOrder } from '../plan/traverse.ts';
import type { Schema } from '../schema/column.ts';
import { placeNodes } from './place.ts';

/**
 * Logical plan → physical plan: nodes become steps over numbered tables, and neighbouring steps of one place become a
 * task. Tasks never wait for each other in a circle: the level of a node counts the changes of place on the longest way
 * to it, and a task holds connected nodes of one place and level.
 */
export function lower(plan: LogicalPlan, codeInThreads: boolean): PhysicalPlan {
  const nodes = inOrder(plan.output);
  const numbers = new Map<PlanNode, number>(nodes.filter((node) => node.op !== 'input').map((node, i) => [node, i + 1]));
  const numberOf = (node: PlanNode): number => numbers.get(node) ?? 0;
  const tables: Schema[] = [plan.input];
  for (const [node, number] of numbers) tables[number] = node.columns;
  const regions = regionsOf([...numbers.keys()], placeNodes(plan.output, codeInThreads));
  const output = numberOf(plan.output);
  const drafts = regions.map(({ place, nodes: members }) => ({ place, steps: members.flatMap((node) => stepOf(node, numberOf)) }));
  const tasks = drafts.map(({ place, steps }, i): Task => {
    const made = new Set(steps.map((step) => step.output));
    const elsewhere = drafts.filter((_, j) => j !== i).flatMap((other) => other.steps.flatMap(inputsOf));
    return {
      number: i + 1,
      place,
      steps,
      reads: unique(steps.flatMap(inputsOf).filter((table) => !made.has(table))),
      gives: unique([...elsewhere, output].filter((table) => made.has(table))),
    };
  });
  return { pipeline: plan.name, tables, tasks, output };
}

interface Region {
  readonly place: Place;
  readonly nodes: PlanNode[];
}

/** Connected nodes of one place and level, in the order of their levels. */
function regionsOf(nodes: readonly PlanNode[], places: ReadonlyMap<PlanNode, Place>): readonly Region[] {
  const placeOf = (node: PlanNode): Place => places.get(node) ?? 'loop';
  const levels = new Map<PlanNode, number>();
  const regionOf = new Map<PlanNode, Region>();
  for (const node of nodes) {
    const inputs = children(node).filter((child) => levels.has(child));
    const level = Math.max(0, ...inputs.map((child) => (levels.get(child) ?? 0) + (placeOf(child) === placeOf(node) ? 0 : 1)));
    levels.set(node, level);
    const joined = inputs.filter((child) => placeOf(child) === placeOf(node) && levels.get(child) === level);
    const regions = unique(joined.map((child) => regionOf.get(child)).filter((region) => region !== undefined));
    const members = [...regions.flatMap((region) => region.nodes), node];
    const region: Region = { place: placeOf(node), nodes: members };
    for (const member of members) regionOf.set(member, region);
  }
  const order = new Map(nodes.map((node, i) => [node, i]));
  const rank = ({ nodes: [first] }: Region): number =>
    first === undefined ? 0 : (levels.get(first) ?? 0) * nodes.length + (order.get(first) ?? 0);
  const inPlanOrder = ({ place, nodes: members }: Region): Region => ({
    place,
    nodes: members.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
  });
  return unique([...regionOf.values()])
    .map(inPlanOrder)
    .sort((a, b) => rank(a) - rank(b));
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
      return [{ op: 'union', inputs: node.inputs.map(numberOf), byIdentity: node.origin.parent !== null, output }];
    case 'anyOf':
      return [{ op: 'anyOf', inputs: node.inputs.map(numberOf), output }];
  }
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
