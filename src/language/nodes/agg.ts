import { type BareNode, pickColumns } from '../../plan/complete.ts';
import type { PlanNode } from '../../plan/node.ts';
import { aggregatesArgument } from '../aggregates-argument.ts';

/** `agg((a) => ({ name: a.count() }))`, over all rows where there are no keys. */
export function aggNode(input: PlanNode, keys: readonly string[], build: unknown): BareNode {
  const beside = pickColumns(input.columns, keys);
  return { op: 'agg', input, keys, aggregates: aggregatesArgument({ verb: 'agg', over: input.columns, beside }, build) };
}
