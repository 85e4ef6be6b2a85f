import { FlowError } from '../errors/flow-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import { describeValue } from '../schema/column.ts';

/** Refuses options that do not exist: a misspelled one would be ignored in silence. */
export function checkOptions(options: unknown, known: readonly string[], where: string): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null) {
    throw new FlowError('OPTION_INVALID', `${where}: the options must be an object but are ${describeValue(options)}`);
  }
  const stray = Object.keys(options).find((name) => !known.includes(name));
  if (stray === undefined) return;
  throw new FlowError('OPTION_INVALID', `${where}: there is no option "${stray}"${didYouMean(stray, known)}`, {
    hint: known.length === 0 ? 'Leave it out: there are no options here.' : `The options are ${known.join(', ')}.`,
  });
}

/** Refuses what cannot be the name of a column. */
export function checkIsName(name: unknown, where: string): asserts name is string {
  if (typeof name !== 'string') throw new FlowError('OPTION_INVALID', `${where}: give the name of a column, not ${describeValue(name)}`);
}

/** Refuses a list that names a column twice. */
export function checkDistinct(names: readonly unknown[], where: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new FlowError('OPTION_INVALID', `${where}: column "${String(twice)}" is named twice`);
}

/** A number of milliseconds that something may take. */
export const isDuration = (value: unknown): boolean => typeof value === 'number' && value > 0;
