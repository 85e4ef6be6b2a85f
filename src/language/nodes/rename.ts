import { FlowError } from '../../errors/flow-error.ts';
import type { BareNode } from '../../plan/complete.ts';
import type { PlanNode } from '../../plan/node.ts';
import { checkName, describeValue } from '../../schema/column.ts';
import { checkKnown } from '../columns.ts';

/** `rename({ old: 'new' })` */
export function renameNode(input: PlanNode, given: unknown): BareNode {
  const newNames = newNamesOf(input, given);
  const names = Object.keys(input.columns).map((old) => newNames.get(old) ?? old);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new FlowError('COLUMN_TAKEN', `rename: two columns would be named "${twice}"`);
  return { op: 'rename', input, names: Object.freeze(Object.fromEntries(newNames)) };
}

function newNamesOf({ columns }: PlanNode, given: unknown): ReadonlyMap<string, string> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new FlowError('OPTION_INVALID', `rename: give new names by old ones, such as { label: 'name' }, not ${describeValue(given)}`);
  }
  const names = Object.entries(given).filter(([, name]) => name !== undefined);
  for (const [old, name] of names) {
    checkKnown('rename', columns, old);
    if (typeof name !== 'string') {
      throw new FlowError('COLUMN_INVALID', `rename: the new name of "${old}" must be text but is ${describeValue(name)}`);
    }
    checkName(name, 'rename');
  }
  return new Map(names);
}
