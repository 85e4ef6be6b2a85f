import { completeNode, withChildren } from '../../../plan/complete.ts';
import type { Filter, PlanNode } from '../../../plan/node.ts';
import type { Schema } from '../../../schema/column.ts';
import type { LogicalRule } from '../../rule.ts';

/**
 * Filter p (Derive s x)        →  Derive s (Filter p x)
 * Filter p (Lookup l x)        →  Lookup l (Filter p x)
 * Filter p (Select n x)        →  Select n (Filter p x)
 * Filter p (Join left x y)     →  Join left (Filter p x) y      by identity or on a key
 * Filter p (Gather c x)        →  Gather c (Filter p x)
 * Filter p (Union x y)         →  Union (Filter p x) (Filter p y)
 *
 * Below a lookup too whose missing key fails the request: it still fails for the rows that are kept.
 *
 * What is filtered out need not be computed: a model below runs on fewer rows. Source: predicate pushdown, System R.
 * Not when the predicate reads a column that is made here, or does not say what it reads.
 * Not when another node also reads these rows: they would be made twice.
 * Not below a stage with effects, which would happen for fewer rows.
 * Not below an inner join or another filter: the predicate would be asked about rows that these drop.
 * Not below a rename: the predicate is given the new names.
 */
export const pushFilterDown: LogicalRule = {
  name: 'push-filter-down',
  apply(node, { readers }) {
    if (node.op !== 'filter' || readers(node.input) > 1) return null;
    const { input } = node;
    switch (input.op) {
      case 'derive':
        return input.stage.effects ? null : below(node, input, [input.input]);
      case 'lookup':
      case 'select':
        return below(node, input, [input.input]);
      case 'join':
      case 'joinOn':
        return input.how === 'left' ? below(node, input, [input.left], [input.right]) : null;
      case 'gather':
        return below(node, input, [input.parent], [], [input.input]);
      case 'union':
        return below(node, input, input.inputs);
      case 'input':
      case 'map':
      case 'flatMap':
      case 'filter':
      case 'rename':
      case 'groupFilter':
      case 'groupMap':
      case 'agg':
      case 'anyOf':
        return null;
    }
  },
};

/** The node over its inputs, of which some are filtered first; null unless these have the columns that the predicate reads. */
function below(
  filter: Filter,
  node: PlanNode,
  filtered: readonly PlanNode[],
  after: readonly PlanNode[] = [],
  before: readonly PlanNode[] = [],
): PlanNode | null {
  if (filter.reads === 'all' && node.op !== 'union') return null;
  if (!filtered.every(({ columns }) => has(columns, filter.stage.input))) return null;
  const { stage, reads } = filter;
  return withChildren(node, [...before, ...filtered.map((input) => completeNode({ op: 'filter', input, stage, reads })), ...after]);
}

function has(columns: Schema, names: Schema): boolean {
  return Object.keys(names).every((name) => Object.hasOwn(columns, name));
}
