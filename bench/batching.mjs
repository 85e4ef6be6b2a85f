// @ts-check
// Batching by what calls have taken, beside the best pair of a fixed size and wait for each load, in a simulator: the batcher of the server on a
// clock on which hours pass in seconds. Stages of several costs, deadlines from tight to loose, Poisson arrivals.
import { FlowError } from '../dist/errors/flow-error.js';
import { RequestScope } from '../dist/runtime/request-scope.js';
import { Batcher } from '../dist/runtime/stages/batcher.js';
import { arrive, poissonArrivals } from '../dist/simulator/arrivals.js';
import { seededRandom } from '../dist/simulator/random.js';
import { sleep } from '../dist/simulator/sleep.js';
import { VirtualClock } from '../dist/simulator/virtual-clock.js';
import { FixedBatcher } from './baselines/batching/fixed-batcher.mjs';
import { report } from './harness/report.mjs';
import { plot } from './plots/batching.mjs';

const isQuick = process.argv.includes('--quick');
const requests = isQuick ? 12_000 : 40_000;
/** Those are not counted in which everything begins. */
const warmUp = requests / 10;
const maxBatch = 32;

/** What a call of n rows takes, in ms. @type {Readonly<Record<string, (rows: number) => number>>} */
const costs = {
  '20 + 0.5 n': (rows) => 20 + 0.5 * rows,
  '10 + n': (rows) => 10 + rows,
  '5 + 5 n': (rows) => 5 + 5 * rows,
  '5 n': (rows) => 5 * rows,
  '2 + 10 ⌈n / 8⌉': (rows) => 2 + 10 * Math.ceil(rows / 8),
  '4 + 3 n + n² / 4': (rows) => 4 + 3 * rows + rows ** 2 / 4,
  '5 n^1.2': (rows) => 5 * rows ** 1.2,
};
/** The time a request has, in calls of the size at which the stage is about at its best. */
const targets = [1.5, 4, 20];
/** Of what the stage can serve at best. */
const loads = [0.2, 0.4, 0.6, 0.8, 0.9, 1, 1.1];
const pairs = [1, 2, 4, 8, 16, 32].flatMap((size) => (size === 1 ? [0] : [0, 2, 5, 10, 20]).map((waitMs) => ({ size, waitMs })));

const late = new FlowError('DEADLINE_EXCEEDED', 'late');
/** @typedef {{ readonly size: number, readonly waitMs: number } & Score} OfPair */
/** @type {{ cost: string, target: number, load: number, adaptive: Score, fixed: OfPair[], best: OfPair, quickest: OfPair }[]} */
const points = [];
for (const [cost, costMs] of Object.entries(costs)) {
  const { rate, size } = bestOf(costMs);
  for (const target of targets)
    for (const load of loads) {
      const situation = { costMs, perSecond: load * rate * 1000, timeMs: target * costMs(size) };
      /** @type {OfPair[]} */
      const fixed = [];
      for (const pair of pairs) fixed.push({ ...pair, ...(await simulate(situation, fixedBatcher(costMs, pair))) });
      points.push({ cost, target, load, adaptive: await simulate(situation, adaptiveBatcher(costMs)), fixed, ...judged(fixed) });
    }
}

const bars = Object.keys(costs).map((cost) => {
  const own = points.filter((point) => point.cost === cost);
  const inTime = Math.min(...own.map(({ adaptive, best }) => adaptive.inTime / best.inTime));
  const latency = Math.min(...own.map(({ adaptive, quickest }) => quickest.meanMs / adaptive.meanMs));
  return [
    { claim: `${cost}: in time, of the best pair for each load, worst`, bar: '≥ 0.97', measured: inTime.toFixed(3), holds: inTime >= 0.97 },
    { claim: '  mean latency, the quickest such pair / ours, worst', bar: '–', measured: latency.toFixed(3), holds: true },
  ];
});
const overall = mean(points.map(({ adaptive }) => adaptive.inTime));
const single = pairs
  .map((pair, i) => ({ ...pair, inTime: mean(points.map(({ fixed }) => fixed[i]?.inTime ?? 0)) }))
  .reduce((a, b) => (b.inTime > a.inTime ? b : a));
const claim = `in time over the sweep (best single pair, ${single.size} rows and ${single.waitMs} ms: ${single.inTime.toFixed(4)})`;
bars.push([{ claim, bar: '> best single', measured: overall.toFixed(4), holds: overall > single.inTime }]);
report('batching', bars.flat(), { requests, points, overall, single }, plot);

/** The highest rate in rows per ms, and the smallest size that comes near it. @param {(rows: number) => number} costMs */
function bestOf(costMs) {
  const sizes = Array.from({ length: maxBatch }, (_, i) => i + 1);
  const rate = Math.max(...sizes.map((rows) => rows / costMs(rows)));
  return { rate, size: sizes.find((rows) => rows / costMs(rows) >= 0.97 * rate) ?? maxBatch };
}

/** The pair with most in time, and the quickest of those that have about as many. @param {readonly OfPair[]} fixed */
function judged(fixed) {
  const best = fixed.reduce((a, b) => (b.inTime > a.inTime ? b : a));
  const quickest = fixed.filter(({ inTime }) => inTime >= 0.99 * best.inTime).reduce((a, b) => (b.meanMs < a.meanMs ? b : a));
  return { best, quickest };
}

/**
 * @typedef {object} Score
 * @property {number} inTime part of the requests that were answered in time
 * @property {number} meanMs of those
 *
 * @typedef {(deadlineMs: number, settle: (isDone: boolean) => void) => void} Submit
 * @param {{ perSecond: number, timeMs: number }} situation
 * @param {(clock: VirtualClock) => Submit} start
 * @returns {Promise<Score>}
 */
async function simulate({ perSecond, timeMs }, start) {
  const clock = new VirtualClock();
  const submit = start(clock);
  let [inTime, sumMs] = [0, 0];
  arrive(clock, first(requests, poissonArrivals(seededRandom(7), perSecond)), Number.POSITIVE_INFINITY, (index) => {
    const startMs = clock.now();
    submit(startMs + timeMs, (isDone) => {
      if (!isDone || index < warmUp || clock.now() > startMs + timeMs + 1e-6) return;
      inTime++;
      sumMs += clock.now() - startMs;
    });
  });
  await clock.run();
  return { inTime: inTime / (requests - warmUp), meanMs: sumMs / inTime };
}

/** @param {number} count @param {Iterable<number>} times */
function* first(count, times) {
  let index = 0;
  for (const time of times) {
    if (index++ >= count) return;
    yield time;
  }
}

/** @param {(rows: number) => number} costMs @param {{ size: number, waitMs: number }} pair @returns {(clock: VirtualClock) => Submit} */
function fixedBatcher(costMs, pair) {
  return (clock) => {
    const batcher = new FixedBatcher({ clock, costMs, ...pair, call: (rows, onDone) => clock.after(costMs(rows), onDone) });
    return (deadlineMs, settle) => batcher.submit({ deadlineMs, settle });
  };
}

/** @param {(rows: number) => number} costMs @returns {(clock: VirtualClock) => Submit} */
function adaptiveBatcher(costMs) {
  const nothing = () => {};
  const meter = { called: nothing, failed: nothing, blocked: nothing, sent: nothing, waited: nothing };
  return (clock) => {
    const batcher = new Batcher({
      clock,
      maxBatch,
      meter,
      mayRepeat: true,
      late: () => late,
      failure: (_, scope) => scope.reason ?? late,
      call: async (rows) => {
        await sleep(clock, costMs(rows.length));
        return rows;
      },
    });
    return (deadlineMs, settle) => {
      const scope = new RequestScope(deadlineMs);
      // As a deployment does.
      const callOff = clock.after(deadlineMs - clock.now(), () => scope.end(late));
      const run = async () => batcher.run([{ n: 1 }], scope);
      run()
        .then(
          () => settle(true),
          () => settle(false),
        )
        .finally(callOff);
    };
  };
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
