import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../../errors/suggest.ts';
import { type HttpLimits, limitsOf } from '../http/limits.ts';
import { wholeNumber } from './numbers.ts';

export type Limits = Partial<HttpLimits>;

const names: readonly string[] = Object.keys(limitsOf({}));

/** Adds the limit of one `--limit NAME=NUMBER` to those of the flags before it. */
export function addLimit(text: string, others: Limits = {}): Limits {
  const [, name = text, number = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (!names.includes(name)) {
    throw new InvalidArgumentError(`There is no limit "${name}"${didYouMean(name, names)}; there are ${names.join(', ')}.`);
  }
  return { ...others, [name]: wholeNumber(1)(number) };
}
