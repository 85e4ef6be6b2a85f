import type { JoinKind, PlanNode } from './node.ts';
import type { StageSpec } from './stage.ts';
import type { StoreSpec } from './store.ts';

/** The nodes whose rows a node reads, left to right. */
export function children(node: PlanNode): readonly PlanNode[] {
  switch (node.op) {
    case 'input':
      return [];
    case 'map':
    case 'derive':
    case 'flatMap':
    case 'filter':
    case 'select':
    case 'rename':
    case 'groupFilter':
    case 'groupMap':
    case 'agg':
    case 'lookup':
      return [node.input];
    case 'join':
    case 'joinOn':
      return [node.left, node.right];
    case 'gather':
      return [node.input, node.parent];
    case 'union':
    case 'anyOf':
      return node.inputs;
  }
}

/** Every node once, each after the nodes it reads. */
export function inOrder(root: PlanNode): readonly PlanNode[] {
  const ordered = new Set<PlanNode>();
  const visit = (node: PlanNode): void => {
    if (ordered.has(node)) return;
    for (const child of children(node)) visit(child);
    ordered.add(node);
  };
  visit(root);
  return [...ordered];
}

/** How many readers each node has; the root has none of its own. */
export function countReaders(root: PlanNode): ReadonlyMap<PlanNode, number> {
  const readers = new Map<PlanNode, number>();
  for (const node of inOrder(root)) {
    for (const child of children(node)) readers.set(child, (readers.get(child) ?? 0) + 1);
  }
  return readers;
}

/** The stages a node calls, in order. */
export function stagesIn(node: PlanNode): readonly StageSpec[] {
  switch (node.op) {
    case 'map':
      return node.stages;
    case 'derive':
    case 'flatMap':
    case 'filter':
    case 'groupFilter':
    case 'groupMap':
      return [node.stage];
    case 'input':
    case 'select':
    case 'rename':
    case 'agg':
    case 'lookup':
    case 'join':
    case 'joinOn':
    case 'gather':
    case 'union':
    case 'anyOf':
      return [];
  }
}

/** The stages of a plan by name; names are unique within a pipeline. */
export function stagesOf(root: PlanNode): ReadonlyMap<string, StageSpec> {
  return new Map(inOrder(root).flatMap((node) => stagesIn(node).map((stage) => [stage.name, stage])));
}

/** The stores that a plan looks into, by name. */
export function storesOf(root: PlanNode): ReadonlyMap<string, StoreSpec> {
  return new Map(inOrder(root).flatMap((node) => (node.op === 'lookup' ? [[node.store.name, node.store]] : [])));
}

/**
 * Whether the plan gives exactly one row for each row of the request: true when its rows stand for the
 * request's rows and no filter or inner join may have dropped one.
 */
export function keepsEveryRow(root: PlanNode): boolean {
  const keeps = new Map<PlanNode, boolean>();
  for (const node of inOrder(root))
    keeps.set(
      node,
      keepsRows(node, (child) => keeps.get(child) === true),
    );
  return keeps.get(root) === true;
}

function keepsRows(node: PlanNode, keeps: (child: PlanNode) => boolean): boolean {
  switch (node.op) {
    case 'input':
      return true;
    case 'map':
    case 'derive':
    case 'select':
    case 'rename':
    case 'groupMap':
    case 'lookup':
      return keeps(node.input);
    case 'filter':
    case 'flatMap':
    case 'groupFilter':
    case 'agg':
    case 'joinOn':
    case 'union':
      return false;
    case 'join':
      return joinKeepsRows(node.how, keeps(node.left), keeps(node.right));
    case 'gather':
      return keeps(node.parent);
    case 'anyOf':
      return node.inputs.every(keeps);
  }
}

function joinKeepsRows(how: JoinKind, left: boolean, right: boolean): boolean {
  switch (how) {
    case 'inner':
      return left && right;
    case 'left':
      return left;
    case 'outer':
      return left || right;
  }
}
