import type { JoinKind, PlanNode } from './node.ts';
import type { StageSpec } from './stage.ts';

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
      return [node.input];
    case 'join':
      return [node.left, node.right];
    case 'gather':
      return [node.input, node.parent];
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

/** The stage a node calls, if it calls one. */
export function stageOf(node: PlanNode): StageSpec | undefined {
  switch (node.op) {
    case 'map':
    case 'derive':
    case 'flatMap':
    case 'filter':
      return node.stage;
    case 'input':
    case 'select':
    case 'rename':
    case 'join':
    case 'gather':
      return undefined;
  }
}

/** The stages of a plan by name; names are unique within a pipeline. */
export function stagesOf(root: PlanNode): ReadonlyMap<string, StageSpec> {
  const stages = new Map<string, StageSpec>();
  for (const node of inOrder(root)) {
    const stage = stageOf(node);
    if (stage !== undefined) stages.set(stage.name, stage);
  }
  return stages;
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
      return keeps(node.input);
    case 'filter':
    case 'flatMap':
      return false;
    case 'join':
      return joinKeepsRows(node.how, keeps(node.left), keeps(node.right));
    case 'gather':
      return keeps(node.parent);
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
