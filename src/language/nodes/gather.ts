import { FlowError } from '../../errors/flow-error.ts';
import type { BareNode } from '../../plan/complete.ts';
import type { PlanNode } from '../../plan/node.ts';
import { aggregatesArgument } from '../aggregates-argument.ts';

/** `children.gather(parent, (a) => ({ name: a.count() }))` */
export function gatherNode(input: PlanNode, parent: PlanNode, build: unknown): BareNode {
  if (input.origin.parent !== parent.origin) {
    throw new FlowError('ORIGIN_MISMATCH', 'gather: these rows were not made from the rows of that flow', {
      hint: 'Give the flow on which flatMap was called, or one with the same rows.',
    });
  }
  const aggregates = aggregatesArgument({ verb: 'gather', over: input.columns, beside: parent.columns }, build);
  return { op: 'gather', input, parent, aggregates };
}
