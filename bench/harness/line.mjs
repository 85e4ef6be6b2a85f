// @ts-check
import { generator, median } from './ratio.mjs';

const RESAMPLES = 2_000;

/**
 * What one more costs: the least-squares slope of a cost over a count, from rounds that each measured every count; the
 * median over rounds with its bootstrap interval.
 * @param {readonly number[]} counts
 * @param {readonly (readonly number[])[]} rounds the cost at each count, round by round
 * @returns {import('./ratio.mjs').Ratio}
 */
export function slopeOver(counts, rounds) {
  return medianOf(rounds.map((costs) => slope(counts, costs)));
}

/**
 * The median with its bootstrap interval (Efron, 1979).
 * @param {readonly number[]} values
 * @returns {import('./ratio.mjs').Ratio}
 */
export function medianOf(values) {
  const random = generator(1);
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(() => values[Math.floor(random() * values.length)])));
  medians.sort((a, b) => a - b);
  return { median: median(values), low: medians[Math.floor(RESAMPLES * 0.025)], high: medians[Math.floor(RESAMPLES * 0.975)] };
}

/** @param {readonly number[]} xs @param {readonly number[]} ys */
function slope(xs, ys) {
  const mean = (/** @type {readonly number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleX, middleY] = [mean(xs), mean(ys)];
  const spread = xs.reduce((sum, x) => sum + (x - middleX) ** 2, 0);
  return xs.reduce((sum, x, i) => sum + (x - middleX) * (ys[i] - middleY), 0) / spread;
}
