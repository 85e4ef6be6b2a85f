// @ts-check

/**
 * @typedef {object} Ratio of two contenders, round by round
 * @property {number} median
 * @property {number} low end of the 95 % interval
 * @property {number} high end of the 95 % interval
 */

const RESAMPLES = 10_000;

/**
 * The median of paired ratios with its bootstrap interval (Efron, 1979).
 * @param {readonly number[]} numerators
 * @param {readonly number[]} denominators
 * @returns {Ratio}
 */
export function pairedRatio(numerators, denominators) {
  const ratios = numerators.map((value, i) => value / denominators[i]);
  const random = generator(1);
  const medians = Array.from({ length: RESAMPLES }, () => median(ratios.map(() => ratios[Math.floor(random() * ratios.length)])));
  medians.sort((a, b) => a - b);
  return { median: median(ratios), low: medians[Math.floor(RESAMPLES * 0.025)], high: medians[Math.floor(RESAMPLES * 0.975)] };
}

/** Whether a ratio is as high as a bar: its interval reaches it, and says enough to be judged. @param {Ratio} ratio @param {number} bar */
export function isAtLeast(ratio, bar) {
  return isNarrow(ratio) && ratio.high >= bar;
}

/** The same for a bar that it must not exceed. @param {Ratio} ratio @param {number} bar */
export function isAtMost(ratio, bar) {
  return isNarrow(ratio) && ratio.low <= bar;
}

/** @param {Ratio} ratio */
function isNarrow({ median, low, high }) {
  return high - low < 0.1 * median;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Numbers from 0 to 1 that are the same in every run. Source: mulberry32, Tommy Ettinger.
 * @param {number} seed
 */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
