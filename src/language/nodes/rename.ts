import { FlowError } from '../../errors/flow-error.ts';
import type { PlanNode, Rename } from '../../plan/node.ts';
import { type ColumnSpec, checkName, describeValue } from '../../schema/column.ts';
import { checkKnown } from '../columns.ts';

/** `rename({ old: 'new' })` */
export function renameNode(input: PlanNode, given: unknown): Rename {
  const newNames = newNamesOf(input, given);
  const columns: Record<string, ColumnSpec> = {};
  for (const [old, column] of Object.entries(input.columns)) {
    const name = newNames.get(old) ?? old;
    if (Object.hasOwn(columns, name)) throw new FlowError('COLUMN_TAKEN', `rename: two columns would be named "${name}"`);
    columns[name] = column;
  }
  const names = Object.freeze(Object.fromEntries(newNames));
  return { op: 'rename', input, names, columns: Object.freeze(columns), origin: input.origin };
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
