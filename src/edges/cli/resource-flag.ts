import { InvalidArgumentError } from 'commander';
import { wholeNumber } from './numbers.ts';

/** Counts of resources by their names. */
export type Resources = Readonly<Record<string, number>>;

/** Adds the resource of one `--resource NAME=NUMBER` to those of the flags before it. */
export function addResource(text: string, others: Resources = {}): Resources {
  const [, name = '', number = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError('Write a name and how many there are, such as gpu=1.');
  return { ...others, [name]: wholeNumber(0)(number) };
}
