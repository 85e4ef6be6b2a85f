import { withChildren } from '../plan/complete.ts';
import type { PlanNode } from '../plan/node.ts';
import { children, countReaders, inOrder } from '../plan/traverse.ts';
import { type Names, neededColumns } from './needs.ts';
import type { LogicalContext, LogicalRule } from './rule.ts';

/** More than any plan has nodes to rewrite; it only guards against a rule that undoes itself. */
const MAX_REWRITES = 10_000;

/** Applies a rule wherever it applies, one node at a time, each time to the whole plan as it has become; the same root when nowhere. */
export function applyRule(rule: LogicalRule, root: PlanNode): PlanNode {
  let current = root;
  for (let i = 0; i < MAX_REWRITES; i++) {
    const next = rewriteOnce(rule, current);
    if (next === current) return current;
    current = next;
  }
  throw new RangeError(`the rule ${rule.name} does not come to an end`);
}

function rewriteOnce(rule: LogicalRule, root: PlanNode): PlanNode {
  const context = contextOf(root);
  for (const node of inOrder(root)) {
    const replacement = rule.apply(node, context);
    if (replacement !== null) return replaceNode(root, node, replacement);
  }
  return root;
}

function contextOf(root: PlanNode): LogicalContext {
  const readers = countReaders(root);
  let needed: ReadonlyMap<PlanNode, Names> | undefined;
  return {
    root,
    readers: (node) => readers.get(node) ?? 0,
    needed(node) {
      needed ??= neededColumns(root);
      return needed.get(node) ?? new Set();
    },
  };
}

/** The plan with another node in one's place. What reads it is made anew, each node once, so that what was shared stays shared. */
function replaceNode(root: PlanNode, node: PlanNode, replacement: PlanNode): PlanNode {
  const made = new Map<PlanNode, PlanNode>();
  for (const each of inOrder(root)) {
    const next = withChildren(
      each,
      children(each).map((child) => made.get(child) ?? child),
    );
    made.set(each, each === node ? replacement : next);
  }
  return made.get(root) ?? root;
}
