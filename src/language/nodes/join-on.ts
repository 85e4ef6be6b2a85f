import { FlowError } from '../../errors/flow-error.ts';
import type { BareNode } from '../../plan/complete.ts';
import type { PlanNode } from '../../plan/node.ts';
import { type ColumnSpec, describeValue, type Schema } from '../../schema/column.ts';
import { nameOf, printNames } from '../../schema/fit.ts';
import { checkIsKey, namesArgument } from '../columns.ts';
import { checkOptions } from '../options.ts';
import { checkApart, joinOptions } from './join.ts';

/** `left.joinOn(right, { on, how, as })` */
export function joinOnNode(left: PlanNode, right: PlanNode, options: unknown): BareNode {
  checkOptions(options, ['on', 'how', 'as'], 'joinOn');
  const { how, as } = joinOptions('joinOn', options);
  const on = keysArgument(left.columns, right.columns, options);
  const beside = Object.entries(right.columns).filter(([name]) => !on.includes(name));
  checkApart('joinOn', left.columns, Object.fromEntries(beside), as);
  return { op: 'joinOn', left, right, on, how, as };
}

function keysArgument(left: Schema, right: Schema, options: unknown): readonly string[] {
  const { on } = (options ?? {}) as { readonly on?: unknown };
  if (on === undefined) {
    throw new FlowError('OPTION_INVALID', `joinOn: on must be the name of a key column, or several, but is ${describeValue(on)}`, {
      hint: 'To match rows by what they stand for, call join.',
    });
  }
  const names = namesArgument('joinOn', left, typeof on === 'string' ? [on] : on);
  for (const name of names) checkKey(name, left[name] as ColumnSpec, right);
  return names;
}

function checkKey(name: string, mine: ColumnSpec, right: Schema): void {
  const theirs = Object.hasOwn(right, name) ? right[name] : undefined;
  if (theirs === undefined) {
    throw new FlowError('COLUMN_UNKNOWN', `joinOn: the other flow has no column "${name}"; its columns are ${printNames(right)}`);
  }
  checkIsKey('joinOn', name, mine);
  if (mine.kind === theirs.kind) return;
  throw new FlowError('COLUMN_MISMATCH', `joinOn: key "${name}" is ${nameOf(mine)} on the left but ${nameOf(theirs)} on the right`);
}
