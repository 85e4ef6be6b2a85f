import { FlowError } from '../errors/flow-error.ts';
import { type ColumnSpec, describeValue, type Schema } from '../schema/column.ts';
import { nameOf, unknownColumn } from '../schema/fit.ts';
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

const keyKinds: ReadonlySet<ColumnSpec['kind']> = new Set(['text', 'bool', 'int32', 'int64', 'float32', 'float64']);

/** Whether values of a column can be told apart by comparing them: not arrays, nor what json may hold. */
export function isKeyKind({ kind }: ColumnSpec): boolean {
  return keyKinds.has(kind);
}

/** COLUMN_MISMATCH when rows cannot be grouped or joined by a column. */
export function checkIsKey(verb: string, name: string, column: ColumnSpec): void {
  if (isKeyKind(column)) return;
  throw new FlowError('COLUMN_MISMATCH', `${verb}: column "${name}" is ${nameOf(column)} but must be text, bool or a number`, {
    hint: 'Compute a column of such values in a derive before it.',
  });
}
