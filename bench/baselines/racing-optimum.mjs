// @ts-check
// What the best racer could do that knows the distribution of run times: by arithmetic, no racer at all.

/**
 * @typedef {(ms: number) => number} Survival the share of runs that take longer
 *
 * @typedef {object} Hedge
 * @property {number} delayMs
 * @property {number} p99
 * @property {number} extra what copies compute ÷ what one run of each call would
 */

/**
 * That of a gamma distribution of shape 3.
 * @param {number} scaleMs
 * @returns {Survival}
 */
export function gamma3(scaleMs) {
  return (ms) => {
    const x = Math.max(0, ms) / scaleMs;
    return Math.exp(-x) * (1 + x + (x * x) / 2);
  };
}

/**
 * @param {number} medianMs
 * @param {number} sigma
 * @returns {Survival}
 */
export function logNormal(medianMs, sigma) {
  return (ms) => (ms <= 0 ? 1 : normalTail(Math.log(ms / medianMs) / sigma));
}

/**
 * Runs that take so long, but for a share that takes some times as long.
 * @param {number} usualMs
 * @param {number} share
 * @param {number} times
 * @returns {Survival}
 */
export function stalls(usualMs, share, times) {
  return (ms) => (ms < usualMs ? 1 : ms < usualMs * times ? share : 0);
}

/**
 * The fastest of several: order statistics.
 * @param {Survival} survival
 * @param {number} copies
 * @returns {Survival}
 */
export function fastestOf(survival, copies) {
  return (ms) => survival(ms) ** copies;
}

/**
 * The time that a share of runs exceeds.
 * @param {Survival} survival
 * @param {number} share
 */
export function exceededBy(survival, share) {
  let [low, high] = [0, 1];
  while (survival(high) > share) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (survival(middle) > share) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The least 99th percentile that one copy after a fixed delay gives within a budget of extra work.
 * @param {Survival} survival
 * @param {number} budget
 * @returns {Hedge}
 */
export function bestHedge(survival, budget) {
  const farMs = exceededBy(survival, 1e-6);
  const meanMs = integral(survival, farMs);
  /** @type {Hedge | undefined} */
  let best;
  for (let share = 0.001; share < 0.9; share *= 1.02) {
    const delayMs = exceededBy(survival, share);
    const extra = integral((ms) => survival(delayMs + ms) * survival(ms), farMs) / meanMs;
    if (extra > budget) continue;
    const p99 = exceededBy((ms) => survival(ms) * (ms > delayMs ? survival(ms - delayMs) : 1), 0.01);
    if (best === undefined || p99 < best.p99) best = { delayMs, p99, extra };
  }
  if (best === undefined) throw new RangeError(`no delay keeps a budget of ${budget}`);
  return best;
}

/**
 * From 0 on, in steps that grow with the time, by the midpoints.
 * @param {Survival} of
 * @param {number} toMs
 */
function integral(of, toMs) {
  let sum = 0;
  for (let fromMs = 0, stepMs = 0.01; fromMs < toMs; fromMs += stepMs, stepMs = Math.max(0.01, fromMs * 0.002)) {
    const step = Math.min(stepMs, toMs - fromMs);
    sum += of(fromMs + step / 2) * step;
  }
  return sum;
}

/**
 * Source: Numerical Recipes, erfcc: right to 1.2e-7 of itself.
 * @param {number} z
 */
function normalTail(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
  ];
  const polynomial = terms.reduceRight((sum, term) => sum * t + term, 0);
  const tail = (t * Math.exp(-x * x + polynomial)) / 2;
  return z >= 0 ? tail : 1 - tail;
}
