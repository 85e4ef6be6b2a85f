import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../../errors/suggest.ts';
import { ruleNames } from '../../optimizer/optimize.ts';
import type { RuleSwitches } from '../../optimizer/rule.ts';

/** Adds the rule of one `--rule NAME=off` to those of the flags before it. */
export function addRule(text: string, others: RuleSwitches = {}): RuleSwitches {
  const [, name = text, state = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (!ruleNames.includes(name)) {
    throw new InvalidArgumentError(`There is no rule "${name}"${didYouMean(name, ruleNames)}; there are ${ruleNames.join(', ')}.`);
  }
  if (state !== 'on' && state !== 'off') throw new InvalidArgumentError(`Write ${name}=off or ${name}=on.`);
  return { ...others, [name]: state === 'on' };
}
