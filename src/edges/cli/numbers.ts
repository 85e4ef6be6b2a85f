import { InvalidArgumentError } from 'commander';

/** Reads the value of a flag that is a whole number in a range. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Reads the value of a flag that is a number above zero, with a fraction where there is one. */
export function positiveNumber(what: string, least = Number.MIN_VALUE): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+(?:\.\d+)?$/.test(text) && value >= least && value <= MOST) return value;
    throw new InvalidArgumentError(`It must be ${what}, at most ${MOST}, such as 2 or 0.5.`);
  };
}
/** Seconds that a timer of Node can wait, and more requests a second than anything here sends. */
const MOST = 2_000_000;
