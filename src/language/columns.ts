import { FlowError } from '../errors/flow-error.ts';
import { describeValue, type Schema } from '../schema/column.ts';
import { unknownColumn } from '../schema/fit.ts';
import { checkDistinct, checkIsName } from './options.ts';

/** The first name that both have; undefined when they can stand side by side. */
export function sharedName(left: Schema, right: Schema): string | undefined {
  return Object.keys(right).find((name) => Object.hasOwn(left, name));
}

/** COLUMN_TAKEN when a new column has the name of one that is there. */
export function checkFree(verb: string, flow: Schema, added: Schema): void {
  const taken = sharedName(flow, added);
  if (taken !== undefined) throw new FlowError('COLUMN_TAKEN', `${verb}: this flow already has a column "${taken}"`);
}

/** The names of some columns of the flow: at least one, each known, none twice. */
export function namesArgument(verb: string, flow: Schema, names: unknown): readonly string[] {
  if (!Array.isArray(names))
    throw new FlowError('OPTION_INVALID', `${verb}: column names must be an array but are ${describeValue(names)}`);
  if (names.length === 0) throw new FlowError('OPTION_INVALID', `${verb}: name at least one column`);
  for (const name of names) checkKnown(verb, flow, name);
  checkDistinct(names, verb);
  return Object.freeze(names.map(String));
}

export function checkKnown(verb: string, flow: Schema, name: unknown): void {
  checkIsName(name, verb);
  if (!Object.hasOwn(flow, name)) throw new FlowError('COLUMN_UNKNOWN', `${verb}: ${unknownColumn(name, flow)}`);
}
