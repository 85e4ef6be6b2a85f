import { FlowError } from '../../errors/flow-error.ts';
import { type BareNode, pickColumns } from '../../plan/complete.ts';
import type { PlanNode } from '../../plan/node.ts';
import type { GroupPredicateFunction, PredicateFunction, StageSpec } from '../../plan/stage.ts';
import { describeValue, type Schema } from '../../schema/column.ts';
import { namesArgument } from '../columns.ts';
import { type Draft, stageInPlace } from '../draft.ts';

/** `filter(predicate)`, or `filter(reads, predicate)` with a predicate that sees only the columns it names. */
export function filterNode(draft: Draft, input: PlanNode, args: readonly unknown[]): BareNode {
  return { op: 'filter', input, ...predicateArgument(draft, input.columns, 'predicate', args) };
}

/** The same after groupBy, with a predicate over the rows of a group. */
export function groupFilterNode(draft: Draft, input: PlanNode, keys: readonly string[], args: readonly unknown[]): BareNode {
  return { op: 'groupFilter', input, keys, ...predicateArgument(draft, input.columns, 'groupPredicate', args) };
}

const stageNames = { predicate: 'filter', groupPredicate: 'groupFilter' } as const;

function predicateArgument(
  draft: Draft,
  columns: Schema,
  kind: 'predicate' | 'groupPredicate',
  args: readonly unknown[],
): { readonly stage: StageSpec; readonly reads: readonly string[] | 'all' } {
  const [given, predicate] = args.length > 1 ? args : (['all', args[0]] as const);
  if (typeof predicate !== 'function') {
    throw new FlowError('STAGE_INVALID', `filter: the predicate must be a function but is ${describeValue(predicate)}`);
  }
  if (isAsync(predicate)) {
    throw new FlowError('STAGE_INVALID', 'filter: the predicate must return true or false but is async', {
      hint: 'Compute the answer in an asynchronous derive, then filter by its column.',
    });
  }
  const reads = given === 'all' ? ('all' as const) : namesArgument('filter', columns, given);
  const seen = reads === 'all' ? columns : pickColumns(columns, reads);
  // Whether it is given a row or a group is what the kind says.
  const test = predicate as PredicateFunction & GroupPredicateFunction;
  return { stage: stageInPlace(draft, stageNames[kind], { kind, test }, seen, {}), reads };
}

function isAsync(run: unknown): boolean {
  return Object.prototype.toString.call(run) === '[object AsyncFunction]';
}
