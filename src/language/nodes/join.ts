import { FlowError } from '../../errors/flow-error.ts';
import { didYouMean } from '../../errors/suggest.ts';
import type { BareNode } from '../../plan/complete.ts';
import type { JoinKind, Origin, PlanNode } from '../../plan/node.ts';
import { checkName, describeValue, type Schema } from '../../schema/column.ts';
import { checkFree, sharedName } from '../columns.ts';
import { checkOptions } from '../options.ts';

/** `left.join(right, { how, as })` */
export function joinNode(left: PlanNode, right: PlanNode, options: unknown): BareNode {
  const { how, as } = joinOptions(options);
  if (right.origin !== left.origin) {
    throw new FlowError(
      'ORIGIN_MISMATCH',
      `join: these flows have different rows (${differ(left.origin, right.origin)}); bring them to one origin with gather`,
    );
  }
  if (as === null) checkApart(left.columns, right.columns);
  else checkFree('join', left.columns, { [as]: RECORD });
  return { op: 'join', left, right, how, as };
}

/** Of the column that is made only its name matters here. */
const RECORD = { kind: 'record', fields: {}, nullable: false } as const;

function checkApart(left: Schema, right: Schema): void {
  const taken = sharedName(left, right);
  if (taken !== undefined) throw new FlowError('COLUMN_TAKEN', `join: both flows have a column "${taken}"; select, rename, or use "as"`);
}

const KINDS: readonly JoinKind[] = ['inner', 'left', 'outer'];

function joinOptions(options: unknown): { readonly how: JoinKind; readonly as: string | null } {
  checkOptions(options, ['how', 'as'], 'join');
  const { how = 'inner', as } = (options ?? {}) as { readonly how?: unknown; readonly as?: unknown };
  const kind = KINDS.find((known) => known === how);
  if (kind === undefined) {
    throw new FlowError(
      'OPTION_INVALID',
      `join: how must be "inner", "left" or "outer" but is ${describeValue(how)}${didYouMean(String(how), KINDS)}`,
    );
  }
  if (as === undefined) return { how: kind, as: null };
  if (typeof as !== 'string') throw new FlowError('OPTION_INVALID', `join: as must be the name of a column but is ${describeValue(as)}`);
  checkName(as, 'join');
  return { how: kind, as };
}

/** Two flatMaps of one flow have the same name, so a name alone would read "rows of request and rows of request". */
function differ(left: Origin, right: Origin): string {
  return left.name === right.name ? `${left.name}, by two different flatMaps` : `${left.name} and ${right.name}`;
}
