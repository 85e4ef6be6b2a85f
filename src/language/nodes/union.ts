import { FlowError } from '../../errors/flow-error.ts';
import type { BareNode } from '../../plan/complete.ts';
import type { PlanNode } from '../../plan/node.ts';
import type { Schema } from '../../schema/column.ts';
import { misfit, printNames } from '../../schema/fit.ts';
import { sameOriginError } from './join.ts';

/** `first.union(second, …)` */
export function unionNode(inputs: readonly PlanNode[]): BareNode {
  checkAlike('union', inputs);
  return { op: 'union', inputs, byIdentity: inputs.every(({ origin }) => origin === inputs[0]?.origin) };
}

/** `first.anyOf(second, …)`, each of which would do. */
export function anyOfNode(inputs: readonly PlanNode[]): BareNode {
  checkAlike('anyOf', inputs);
  const [first, ...others] = inputs;
  for (const other of others) {
    if (first !== undefined && other.origin !== first.origin) throw sameOriginError('anyOf', first.origin, other.origin);
  }
  return { op: 'anyOf', inputs };
}

/** Their rows will stand in one flow, whose columns are those of the first. */
function checkAlike(verb: string, [first, ...others]: readonly PlanNode[]): void {
  if (others.length === 0) throw new FlowError('OPTION_INVALID', `${verb}: give at least one other flow`);
  for (const other of others) checkSameColumns(verb, first?.columns ?? {}, other.columns);
}

function checkSameColumns(verb: string, first: Schema, other: Schema): void {
  const missing = Object.keys(first).find((name) => !Object.hasOwn(other, name));
  if (missing !== undefined) {
    throw new FlowError('COLUMN_UNKNOWN', `${verb}: the other flow has no column "${missing}"; its columns are ${printNames(other)}`);
  }
  const extra = Object.keys(other).find((name) => !Object.hasOwn(first, name));
  if (extra !== undefined) {
    throw new FlowError('COLUMN_MISMATCH', `${verb}: the other flow has the extra column "${extra}"`, {
      hint: 'Leave it out with select: all of the flows have the same columns.',
    });
  }
  const problem = misfit(other, first);
  if (problem !== null) throw new FlowError(problem.code, `${verb}: ${problem.problem}`);
}
