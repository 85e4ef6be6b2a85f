// @ts-check
// Batching by what calls have taken, beside the best pair of a fixed size and wait for each load, in a simulator: the batcher of the server on a
// clock on which hours pass in seconds. Stages of several costs, whose calls take what is expected or differ, deadlines from tight to loose,
// Poisson arrivals.
import { report } from './harness/report.mjs';
import { adaptive, bestOf, fixedPair, pairs, simulate } from './harness/simulated-batching.mjs';
import { plot } from './plots/batching.mjs';

const isQuick = process.argv.includes('--quick');
const requests = isQuick ? 10_000 : 40_000;
const seed = 2026;

/** What a call of n rows takes, in ms. @type {Readonly<Record<string, (rows: number) => number>>} */
const costs = {
  '20 + 0.5 n': (rows) => 20 + 0.5 * rows,
  '10 + n': (rows) => 10 + rows,
  '5 + 5 n': (rows) => 5 + 5 * rows,
  '5 n': (rows) => 5 * rows,
  '1 + 2 n': (rows) => 1 + 2 * rows,
  30: () => 30,
  '2 + 10 ⌈n / 8⌉': (rows) => 2 + 10 * Math.ceil(rows / 8),
  '8 ⌈n / 4⌉': (rows) => 8 * Math.ceil(rows / 4),
  'max(12, 2 n)': (rows) => Math.max(12, 2 * rows),
  '4 + 3 n + n² / 4': (rows) => 4 + 3 * rows + rows ** 2 / 4,
  '5 n^1.2': (rows) => 5 * rows ** 1.2,
};
/** The deviation of the logarithm of what calls of one size take. */
const spreads = [0, 0.3];
/** The time a request has, in calls of the size at which the stage is about at its best. */
const targets = [1.5, 4, 20];
/** Of what the stage can serve at best. */
const loads = isQuick ? [0.4, 0.8, 1, 1.1] : [0.2, 0.4, 0.6, 0.8, 0.9, 1, 1.1];

/**
 * @typedef {import('./harness/simulated-batching.mjs').Score} Score
 * @typedef {{ readonly size: number, readonly waitMs: number } & Score} OfPair
 * @typedef {{ cost: string, spread: number, target: number, load: number, adaptive: Score, fixed: OfPair[], best: OfPair, quickest: OfPair }} Point
 */

/** @type {Point[]} */
const points = [];
for (const [cost, costMs] of Object.entries(costs))
  for (const spread of spreads)
    for (const target of targets) for (const load of loads) points.push(await pointOf({ cost, costMs, spread, target, load }));

const bars = spreads.flatMap((spread) =>
  Object.keys(costs).map((cost) => {
    const worst = Math.min(...points.filter((point) => point.cost === cost && point.spread === spread).map(inTimeOfBest));
    const claim = `${cost}${spread > 0 ? `, calls differ (σ ${spread})` : ''}: in time, of the best pair for each load, worst`;
    return { claim, bar: '≥ 0.97', measured: worst.toFixed(3), holds: worst >= 0.97 };
  }),
);
const sweeps = spreads.map((spread) =>
  sweepOf(
    points.filter((point) => point.spread === spread),
    spread,
  ),
);
report('batching', [...bars, ...sweeps.flatMap(barsOfSweep)], { requests, points, sweeps }, plot);

/** @param {{ cost: string, costMs: (rows: number) => number, spread: number, target: number, load: number }} of @returns {Promise<Point>} */
async function pointOf({ cost, costMs, spread, target, load }) {
  const { rate, size } = bestOf(costMs);
  const situation = { costMs, spread, perSecond: load * rate * 1000, timeMs: target * costMs(size), requests, seed };
  /** @type {OfPair[]} */
  const fixed = [];
  for (const pair of pairs) fixed.push({ ...pair, ...(await simulate(situation, fixedPair(pair))) });
  return { cost, spread, target, load, adaptive: await simulate(situation, adaptive), fixed, ...judged(fixed) };
}

/** The pair with most in time, and the quickest of those that have about as many. @param {readonly OfPair[]} fixed */
function judged(fixed) {
  const best = fixed.reduce((a, b) => (b.inTime > a.inTime ? b : a));
  const quickest = fixed.filter(({ inTime }) => inTime >= 0.99 * best.inTime).reduce((a, b) => (b.meanMs < a.meanMs ? b : a));
  return { best, quickest };
}

/** @param {Point} point */
function inTimeOfBest({ adaptive, best }) {
  return adaptive.inTime / best.inTime;
}

/** All points of one spread, beside the one pair that is best over all of them. @param {readonly Point[]} own @param {number} spread */
function sweepOf(own, spread) {
  const ofPairs = pairs.map((pair, i) => ({ ...pair, inTime: mean(own.map(({ fixed }) => fixed[i]?.inTime ?? 0)) }));
  return {
    spread,
    inTime: mean(own.map(({ adaptive }) => adaptive.inTime)),
    single: ofPairs.reduce((a, b) => (b.inTime > a.inTime ? b : a)),
    ofBest: mean(own.map(inTimeOfBest)),
    latency: mean(own.map(({ adaptive, quickest }) => quickest.meanMs / adaptive.meanMs)),
  };
}

/** @param {ReturnType<typeof sweepOf>} sweep */
function barsOfSweep({ spread, inTime, single, ofBest, latency }) {
  const sweep = `sweep${spread > 0 ? `, calls differ (σ ${spread})` : ''}`;
  const pair = `${single.size} rows and ${single.waitMs} ms: ${single.inTime.toFixed(4)}`;
  return [
    {
      claim: `${sweep}: in time (best single pair, ${pair})`,
      bar: '> best single',
      measured: inTime.toFixed(4),
      holds: inTime > single.inTime,
    },
    { claim: `${sweep}: in time, of the best pair for each load, mean`, bar: '≥ 0.97', measured: ofBest.toFixed(3), holds: ofBest >= 0.97 },
    { claim: `${sweep}: mean latency, the quickest such pair / ours, mean`, bar: '–', measured: latency.toFixed(3), holds: true },
  ];
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
