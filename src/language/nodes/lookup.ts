import { FlowError } from '../../errors/flow-error.ts';
import type { BareNode } from '../../plan/complete.ts';
import type { Lookup, PlanNode } from '../../plan/node.ts';
import { type StoreSpec, storeOf } from '../../plan/store.ts';
import { type ColumnSpec, checkName, describeValue } from '../../schema/column.ts';
import { columnFits, nameOf } from '../../schema/fit.ts';
import { checkFree, checkKnown } from '../columns.ts';
import { type Draft, registerStore } from '../draft.ts';
import { checkIsName, checkOptions } from '../options.ts';

/** `lookup(store, { key, as, missing })` */
export function lookupNode(draft: Draft, input: PlanNode, given: unknown, options: unknown): BareNode {
  const store = storeOf(given);
  if (store === undefined) {
    throw new FlowError('OPTION_INVALID', `lookup: the first argument must be a store but is ${describeValue(given)}`, {
      hint: 'Make it with store(name, { key, value }).',
    });
  }
  const { key, as, missing } = lookupOptions(input, store, options);
  return { op: 'lookup', input, store: registerStore(draft, store), key, as, missing };
}

function lookupOptions({ columns }: PlanNode, store: StoreSpec, options: unknown): Pick<Lookup, 'key' | 'as' | 'missing'> {
  checkOptions(options ?? {}, ['key', 'as', 'missing'], 'lookup');
  const { key, as, missing = 'error' } = (options ?? {}) as Readonly<Record<string, unknown>>;
  checkKnown('lookup', columns, key);
  const column = columns[String(key)] as ColumnSpec;
  if (!columnFits(column, store.key)) {
    throw new FlowError('COLUMN_MISMATCH', `lookup: column "${key}" is ${nameOf(column)} but must be ${nameOf(store.key)}`, {
      hint: 'Look up by a column of the type of the keys, without nulls.',
    });
  }
  checkIsName(as, 'lookup: as');
  checkName(as, 'lookup');
  checkFree('lookup', columns, { [as]: store.value });
  if (missing !== 'error' && missing !== 'null') {
    throw new FlowError('OPTION_INVALID', `lookup: missing must be "error" or "null" but is ${describeValue(missing)}`);
  }
  return { key: String(key), as, missing };
}
