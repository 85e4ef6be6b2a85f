import type { PlanNode } from '../../../plan/node.ts';
import { parametersOf } from '../../../plan/parameters.ts';
import { portableSchema } from '../../../plan/portable.ts';
import type { StageSpec } from '../../../plan/stage.ts';
import { children, inOrder, stagesIn } from '../../../plan/traverse.ts';
import { misfit } from '../../../schema/fit.ts';
import type { LogicalRule } from '../../rule.ts';

/**
 * Op x … Op x  →  #1 Op x … #1
 *
 * What two branches both compute is computed once. Source: common subexpression elimination.
 * Not a stage with effects: it happens as often as it is written.
 * Not different functions, even if they look alike: a closure is opaque.
 * Not inside an alternative of an anyOf: two equal ones are a race.
 */
export const shareCommonSubplans: LogicalRule = {
  name: 'share-common-subplans',
  apply(node, { root }) {
    if (stagesIn(node).some(({ effects }) => effects)) return null;
    const nodes = inOrder(root);
    const before = nodes.slice(0, nodes.indexOf(node));
    const twin = before.find((other) => isTwin(node, other));
    if (twin === undefined) return null;
    const racing = racingNodes(root);
    return racing.has(node) || racing.has(twin) ? null : twin;
  },
};

/** Whether two nodes do the same to the same nodes, so that the twin can stand for the node. */
function isTwin(node: PlanNode, twin: PlanNode): boolean {
  if (node.op !== twin.op || node.op === 'input' || !isSameInputs(children(node), children(twin))) return false;
  return sameStages(node, twin) && isSameParameters(node, twin) && isSameColumns(node, twin);
}

function isSameInputs(inputs: readonly PlanNode[], others: readonly PlanNode[]): boolean {
  return inputs.length === others.length && inputs.every((input, i) => input === others[i]);
}

/** Types may differ where a pipeline that was extended asked for less. */
function isSameColumns(node: PlanNode, twin: PlanNode): boolean {
  return Object.keys(node.columns).join() === Object.keys(twin.columns).join() && misfit(twin.columns, node.columns) === null;
}

function sameStages(a: PlanNode, b: PlanNode): boolean {
  const [stages, others] = [stagesIn(a), stagesIn(b)];
  return stages.length === others.length && stages.every((stage, i) => isSameStage(stage, others[i]));
}

/** The same stage, one function that was given in place twice, or one function of Python with all its options. */
function isSameStage(a: StageSpec, b: StageSpec | undefined): boolean {
  if (b === undefined) return false;
  if (a === b) return true;
  return codeOf(a) !== null && codeOf(a) === codeOf(b) && optionsOf(a) === optionsOf(b) && hasNoState(a) && hasNoState(b);
}

function hasNoState({ setup, teardown }: StageSpec): boolean {
  return setup === undefined && teardown === undefined;
}

/** Null where it cannot be told, for undefined would let the compiler pass over a kind. */
function codeOf({ implementation }: StageSpec): object | string | null {
  switch (implementation.kind) {
    case 'row':
    case 'batch':
    case 'expand':
    case 'group':
      return implementation.run;
    case 'predicate':
    case 'groupPredicate':
      return implementation.test;
    case 'onnx':
    case 'remote':
      return null;
    case 'python':
      return JSON.stringify(implementation);
  }
}

function optionsOf({ input, output, maxBatch, timeoutMs, runsOn, race, implementation }: StageSpec): string {
  return JSON.stringify([implementation.kind, portableSchema(input), portableSchema(output), maxBatch, timeoutMs, runsOn, race]);
}

function isSameParameters(a: PlanNode, b: PlanNode): boolean {
  return JSON.stringify(parametersOf(a)) === JSON.stringify(parametersOf(b));
}

/** The nodes below the alternatives of every anyOf. */
function racingNodes(root: PlanNode): ReadonlySet<PlanNode> {
  const races = inOrder(root).filter((node) => node.op === 'anyOf');
  return new Set(races.flatMap((race) => children(race).flatMap(inOrder)).filter((node) => node.op !== 'input'));
}
