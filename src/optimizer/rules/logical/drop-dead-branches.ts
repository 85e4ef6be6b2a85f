import type { Aggregate } from '../../../plan/aggregate.ts';
import { columnsAfter } from '../../../plan/complete.ts';
import type { Agg, Gather, Join, PlanNode, Select } from '../../../plan/node.ts';
import { inOrder, stagesIn } from '../../../plan/traverse.ts';
import type { Names } from '../../needs.ts';
import type { LogicalRule } from '../../rule.ts';

/**
 * Derive s x                  →  x                  when nobody reads what s adds
 * Lookup l x, missing: null   →  x                  when nobody reads what it adds
 * Join left x y               →  x                  by identity, when nobody reads y's columns
 * Gather a, b x y             →  Gather a x y       when nobody reads b; y when nobody reads any
 * Agg a, b x                  →  Agg a x            when nobody reads b
 * Select a, b x               →  x                  when x has just these columns
 *
 * What is not answered need not be computed. Source: dead code elimination.
 * Not what has effects, itself or in the branch that would go.
 * Not a lookup whose missing key fails the request, nor a join that decides which rows there are.
 */
export const dropDeadBranches: LogicalRule = {
  name: 'drop-dead-branches',
  apply(node, { needed }) {
    switch (node.op) {
      case 'derive':
        return isRead(node.stage.output, needed(node)) || node.stage.effects ? null : node.input;
      case 'lookup':
        return node.missing === 'null' && !needed(node).has(node.as) ? node.input : null;
      case 'join':
        return withoutRight(node, needed(node));
      case 'gather':
        return withoutChildren(node, needed(node));
      case 'agg':
        return withoutUnread(node, needed(node));
      case 'select':
        return isWhole(node) ? node.input : null;
      case 'input':
      case 'map':
      case 'flatMap':
      case 'filter':
      case 'rename':
      case 'groupFilter':
      case 'groupMap':
      case 'joinOn':
      case 'union':
      case 'anyOf':
        return null;
    }
  },
};

function isRead(named: Readonly<Record<string, unknown>>, needed: Names): boolean {
  return Object.keys(named).some((name) => needed.has(name));
}

function withoutRight(node: Join, needed: Names): PlanNode | null {
  return node.how === 'left' && !isRead(addedBy(node), needed) && !hasEffects(node.right) ? node.left : null;
}

function withoutChildren(node: Gather, needed: Names): PlanNode | null {
  if (isRead(node.aggregates, needed)) return withoutUnread(node, needed);
  return hasEffects(node.input) ? null : node.parent;
}

function addedBy({ right, as }: Join): Readonly<Record<string, unknown>> {
  return as === null ? right.columns : { [as]: right };
}

function hasEffects(branch: PlanNode): boolean {
  return inOrder(branch).some((node) => stagesIn(node).some(({ effects }) => effects));
}

function withoutUnread(node: Agg | Gather, needed: Names): PlanNode | null {
  const read = Object.entries(node.aggregates).filter(([name]) => needed.has(name));
  if (read.length === Object.keys(node.aggregates).length) return null;
  const fewer = { ...node, aggregates: Object.freeze(Object.fromEntries<Aggregate>(read)) };
  const columns = Object.entries(columnsAfter(fewer)).filter(([name]) => Object.hasOwn(node.columns, name));
  return Object.freeze({ ...fewer, columns: Object.freeze(Object.fromEntries(columns)) });
}

/** In the same order: it is that of the answer. */
function isWhole({ names, input }: Select): boolean {
  const given = Object.keys(input.columns);
  return given.length === names.length && given.every((name, i) => name === names[i]);
}
