// @ts-check
// What bench/batching.mjs finds in the simulator, for real: a function in Python that takes 10 ms and 1 ms for each row, under Poisson arrivals, batched by
// what calls have taken, and by the fixed pair of size and wait that the simulator finds best for the load.
import { fileURLToPath } from 'node:url';
import { choosePlan, Deployment, loadPipelines, poissonArrivals, seededRandom } from '../dist/internals.js';
import { FixedBatcher } from './baselines/batching/fixed-batcher.mjs';
import { startSleeper } from './baselines/batching/sleeper.mjs';
import { openLoop } from './harness/open-loop.mjs';
import { isAtLeast, pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { bestOf, fixedPair, pairs, simulate } from './harness/simulated-batching.mjs';
import { plot } from './plots/python-batching.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 3 : 7;
const seconds = isQuick ? 5 : 12;
/** Of these the first are not counted: in them everything begins. */
const warmUpSeconds = 1;
const loads = [0.4, 0.8, 1.1];
const costMs = (/** @type {number} */ rows) => 10 + rows;
const { rate, size } = bestOf(costMs);
const timeMs = 4 * costMs(size);

const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/batching.ts', import.meta.url)));
const environment = process.env.VIRTUAL_ENV;
const interpreter = environment === undefined ? 'python3' : `${environment}/bin/python`;

/** @typedef {{ readonly inTime: number, readonly meanMs: number }} Score */

const points = [];
for (const load of loads) {
  const perSecond = load * rate * 1000;
  const pair = await bestPair(perSecond);
  /** @type {{ adaptive: Score[], fixed: Score[] }} */
  const { adaptive, fixed } = { adaptive: [], fixed: [] };
  for (let round = 0; round < rounds; round++) {
    adaptive.push(await measureAdaptive(perSecond, round));
    fixed.push(await measureFixed(perSecond, round, pair));
  }
  points.push({ load, perSecond, pair, adaptive, fixed });
}

const bars = points.flatMap(({ load, pair, adaptive, fixed }) => {
  const inTime = pairedRatio(column(adaptive, 'inTime'), column(fixed, 'inTime'));
  const latency = pairedRatio(column(fixed, 'meanMs'), column(adaptive, 'meanMs'));
  const than = `${pair.size} rows, ${pair.waitMs} ms`;
  return [
    {
      claim: `load ${load}: in time, of the best pair (${than})`,
      bar: '≥ 0.97',
      measured: printRatio(inTime),
      holds: isAtLeast(inTime, 0.97),
    },
    { claim: '  mean latency, that pair / ours', bar: '–', measured: printRatio(latency), holds: true },
  ];
});
report('python-batching', bars, { timeMs, points }, plot);

/** The one with most in time in the simulator. @param {number} perSecond */
async function bestPair(perSecond) {
  const situation = { costMs, spread: 0, perSecond, timeMs, requests: 12_000, seed: 2026 };
  let best = { ...{ size: 1, waitMs: 0 }, inTime: 0 };
  for (const pair of pairs) {
    const { inTime } = await simulate(situation, fixedPair(pair));
    if (inTime > best.inTime) best = { ...pair, inTime };
  }
  return best;
}

/** @param {number} perSecond @param {number} round @returns {Promise<Score>} */
async function measureAdaptive(perSecond, round) {
  const deployment = await Deployment.start(choosePlan(loaded, 'answered'), { program: loaded.program.url, admission: false });
  const measured = await score(perSecond, round, async () => {
    await deployment.run([{ n: 1 }], { timeoutMs: timeMs });
  });
  await deployment.close();
  return measured;
}

/** @param {number} perSecond @param {number} round @param {{ readonly size: number, readonly waitMs: number }} pair @returns {Promise<Score>} */
async function measureFixed(perSecond, round, pair) {
  const sleeper = startSleeper(interpreter);
  const clock = {
    now: () => performance.now(),
    after: (/** @type {number} */ delayMs, /** @type {() => void} */ callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
  const batcher = new FixedBatcher({ clock, costMs, ...pair, call: (rows, onDone) => sleeper.call(rows, onDone) });
  const measured = await score(perSecond, round, () => {
    const deadlineMs = performance.now() + timeMs;
    return new Promise((resolve, reject) => batcher.submit({ deadlineMs, settle: (isDone) => (isDone ? resolve() : reject()) }));
  });
  await sleeper.close();
  return measured;
}

/**
 * @param {number} perSecond
 * @param {number} seed
 * @param {() => Promise<void>} ask rejects where there is no answer
 * @returns {Promise<Score>}
 */
async function score(perSecond, seed, ask) {
  const isAnswered = () =>
    ask().then(
      () => true,
      () => false,
    );
  const sent = await openLoop(poissonArrivals(seededRandom(seed + 1), perSecond), Math.round(seconds * perSecond), isAnswered);
  const counted = sent.slice(Math.round(warmUpSeconds * perSecond));
  const inTime = counted.filter(({ answer, latencyMs }) => answer && latencyMs <= timeMs);
  return { inTime: inTime.length / counted.length, meanMs: inTime.reduce((sum, { latencyMs }) => sum + latencyMs, 0) / inTime.length };
}

/** @param {readonly Score[]} scores @param {keyof Score} key */
function column(scores, key) {
  return scores.map((score) => score[key]);
}
