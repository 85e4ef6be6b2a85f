import { FlowError } from '../../errors/flow-error.ts';
import { didYouMean } from '../../errors/suggest.ts';
import type { BareNode } from '../../plan/complete.ts';
import type { JoinKind, Origin, PlanNode } from '../../plan/node.ts';
import { checkName, describeValue, type Schema } from '../../schema/column.ts';
import { checkFree, sharedName } from '../columns.ts';
import { checkOptions } from '../options.ts';

/** `left.join(right, { how, as })` */
export function joinNode(left: PlanNode, right: PlanNode, options: unknown): BareNode {
  checkOptions(options, ['how', 'as'], 'join');
  const { how, as } = joinOptions('join', options);
  if (right.origin !== left.origin) throw sameOriginError('join', left.origin, right.origin);
  checkApart('join', left.columns, right.columns, as);
  return { op: 'join', left, right, how, as };
}

/** The error of two flows that were to stand for the same rows. */
export function sameOriginError(verb: string, first: Origin, other: Origin): FlowError {
  return new FlowError(
    'ORIGIN_MISMATCH',
    `${verb}: these flows have different rows (${differ(first, other)}); bring them to one origin with gather`,
  );
}

/** Two flatMaps of one flow have the same name, so a name alone would read "rows of request and rows of request". */
function differ(left: Origin, right: Origin): string {
  return left.name === right.name ? `${left.name}, made by two different verbs` : `${left.name} and ${right.name}`;
}

/** COLUMN_TAKEN when the columns of both sides, or the left ones and the record of the right row, cannot stand in one row. */
export function checkApart(verb: string, left: Schema, right: Schema, as: string | null): void {
  if (as !== null) checkFree(verb, left, { [as]: RECORD });
  const taken = as === null ? sharedName(left, right) : undefined;
  if (taken !== undefined) {
    throw new FlowError('COLUMN_TAKEN', `${verb}: both flows have a column "${taken}"; select, rename, or use "as"`);
  }
}

/** Of the column that is made only its name matters here. */
const RECORD = { kind: 'record', fields: {}, nullable: false } as const;

const KINDS: readonly JoinKind[] = ['inner', 'left', 'outer'];

/** What joins by identity and by keys have in common. */
export function joinOptions(verb: string, options: unknown): { readonly how: JoinKind; readonly as: string | null } {
  const { how = 'inner', as } = (options ?? {}) as { readonly how?: unknown; readonly as?: unknown };
  const kind = KINDS.find((known) => known === how);
  if (kind === undefined) {
    throw new FlowError(
      'OPTION_INVALID',
      `${verb}: how must be "inner", "left" or "outer" but is ${describeValue(how)}${didYouMean(String(how), KINDS)}`,
    );
  }
  if (as === undefined) return { how: kind, as: null };
  if (typeof as !== 'string') {
    throw new FlowError('OPTION_INVALID', `${verb}: as must be the name of a column but is ${describeValue(as)}`);
  }
  checkName(as, verb);
  return { how: kind, as };
}
