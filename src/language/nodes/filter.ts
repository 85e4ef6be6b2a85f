import { FlowError } from '../../errors/flow-error.ts';
import { type BareNode, pickColumns } from '../../plan/complete.ts';
import type { PlanNode } from '../../plan/node.ts';
import type { PredicateFunction } from '../../plan/stage.ts';
import { describeValue } from '../../schema/column.ts';
import { namesArgument } from '../columns.ts';
import { type Draft, stageInPlace } from '../draft.ts';

/** `filter(predicate)`, or `filter(reads, predicate)` with a predicate that sees only the columns it names. */
export function filterNode(draft: Draft, input: PlanNode, args: readonly unknown[]): BareNode {
  const [reads, predicate] = args.length > 1 ? args : (['all', args[0]] as const);
  if (typeof predicate !== 'function') {
    throw new FlowError('STAGE_INVALID', `filter: the predicate must be a function but is ${describeValue(predicate)}`);
  }
  if (isAsync(predicate)) {
    throw new FlowError('STAGE_INVALID', 'filter: the predicate must return true or false but is async', {
      hint: 'Compute the answer in an asynchronous derive, then filter by its column.',
    });
  }
  const { columns } = input;
  const names = reads === 'all' ? ('all' as const) : namesArgument('filter', columns, reads);
  const seen = names === 'all' ? columns : pickColumns(columns, names);
  const stage = stageInPlace(draft, 'filter', { kind: 'predicate', test: predicate as PredicateFunction }, seen, {});
  return { op: 'filter', input, stage, reads: names };
}

function isAsync(run: unknown): boolean {
  return Object.prototype.toString.call(run) === '[object AsyncFunction]';
}
