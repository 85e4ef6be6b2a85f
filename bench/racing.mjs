// @ts-check
// Races of calls against what arithmetic says of the best: copies of gamma times, hedges of heavy tails; in the simulator and for real.
import { int32, pipeline, stage } from '../dist/index.js';
import {
  Deployment,
  gamma,
  logNormal,
  planOf,
  poissonArrivals,
  Racer,
  RequestScope,
  seededRandom,
  VirtualClock,
} from '../dist/internals.js';
import * as optimum from './baselines/racing-optimum.mjs';
import { openLoop } from './harness/open-loop.mjs';
import { quantilesOf } from './harness/quantiles.mjs';
import { report } from './harness/report.mjs';
import { plot } from './plots/racing.mjs';

const isQuick = process.argv.includes('--quick');
const requests = isQuick ? 3000 : 20_000;
const perSecond = isQuick ? 60 : 50;
const simulated = isQuick ? 100_000 : 1_000_000;
/** Before that many nothing is noted: hedges learn, and functions are compiled. */
const warmUp = 1000;
const budget = 0.1;
const columns = { n: int32 };

/** @typedef {import('../dist/internals.js').Race} Race */
/** @typedef {import('./harness/quantiles.mjs').Quantiles & { readonly extra: number }} Outcome */

const scales = [1, 2, 4].map((scale) => ({
  name: `gamma(3) × ${scale * 10} ms`,
  meanMs: scale * 30,
  survival: optimum.gamma3(scale * 10),
  draw: (/** @type {() => number} */ random) => gamma(random, 3, scale * 10),
}));
const tails = [
  {
    name: 'log-normal, σ 1.5',
    meanMs: 10 * Math.exp(1.5 ** 2 / 2),
    survival: optimum.logNormal(10, 1.5),
    draw: (/** @type {() => number} */ random) => logNormal(random, Math.log(10), 1.5),
  },
  {
    name: '2 % stalls of 20×',
    meanMs: 10 * (0.98 + 0.02 * 20),
    survival: optimum.stalls(10, 0.02, 20),
    draw: (/** @type {() => number} */ random) => (random() < 0.02 ? 200 : 10),
  },
];

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
/** @type {Record<string, Record<string, Outcome & { readonly best?: Omit<Outcome, 'extra'> }>>} */
const figures = {};

const races = scales.flatMap((times) => [
  { times, copies: 1, isOn: false },
  ...[1, 3, 5, 7].map((copies) => ({ times, copies, isOn: true })),
]);
const hedges = tails.flatMap((times) => [
  { times, isOn: false },
  { times, isOn: true },
]);
// All at once, since they only sleep.
const [raced, hedged] = await Promise.all([
  Promise.all(races.map(({ times, copies, isOn }) => measured(times, copies === 1 ? undefined : { copies }, isOn))),
  Promise.all(hedges.map(({ times, isOn }) => measured(times, { hedge: { budget } }, isOn))),
]);
for (const [i, { times, copies, isOn }] of races.entries()) judgeCopies(times, copies, isOn, raced[i]);
for (const [i, { times, isOn }] of hedges.entries()) {
  note(times.name, isOn ? 'hedged, for real' : 'alone, for real', hedged[i]);
}
for (const times of tails) await judgeHedge(times);
console.table(
  Object.entries(figures).flatMap(([times, rows]) =>
    Object.entries(rows).map(([race, { p50, p99, p999, extra, best }]) => ({
      times,
      race,
      'median (best)': shown(p50, best?.p50),
      'p99 (best)': shown(p99, best?.p99),
      'p99.9 (best)': shown(p999, best?.p999),
      'extra work': `${Math.round(extra * 1000) / 10} %`,
    })),
  ),
);
report('racing', bars, figures, plot);

/**
 * Requests at random times through a pipeline whose middle stage sleeps, as in the thesis.
 * @param {(typeof scales)[number]} times
 * @param {{ readonly copies: number } | { readonly hedge: { readonly budget: number } } | undefined} race
 * @param {boolean} isOn
 * @returns {Promise<Outcome>}
 */
async function measured(times, race, isOn) {
  const random = seededRandom(7);
  const plusOne = (/** @type {{ readonly n: number }} */ { n }) => ({ n: n + 1 });
  const sleeping = stage({
    name: 'sleep',
    input: columns,
    output: columns,
    race,
    run: (row, { signal }) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, Math.round(times.draw(random)), row);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      }),
  });
  const plan = planOf(pipeline('sleeping', columns, (rows) => rows.map(columns, plusOne).map(sleeping).map(columns, plusOne)));
  if (plan === undefined) throw new TypeError('not a pipeline');
  const deployment = await Deployment.start(plan, { rules: { 'race-stages': isOn } });
  const sent = await openLoop(poissonArrivals(seededRandom(11), perSecond), requests + warmUp, (n) => deployment.run([{ n }]));
  const extraMs = deployment.statistics().tasks.flatMap(({ stages }) => stages.map(({ races: { extraMs: ms } }) => ms));
  await deployment.close();
  const latencies = sent.slice(warmUp).map(({ latencyMs }) => latencyMs);
  return { ...quantilesOf(latencies), extra: extraMs.reduce((sum, ms) => sum + ms, 0) / sent.length / times.meanMs };
}

/**
 * The same racer on a clock that does not wait.
 * @param {(typeof tails)[number]} times
 * @param {Race | undefined} race
 * @returns {Promise<Outcome>}
 */
async function simulate(times, race) {
  const clock = new VirtualClock();
  const random = seededRandom(3);
  let extraMs = 0;
  const extra = (/** @type {number} */ ms) => {
    extraMs += ms;
  };
  const meter = { raced() {}, uncancelled() {}, extra };
  const racer = race === undefined ? undefined : new Racer({ race, clock, meter });
  const sleep = (/** @type {RequestScope} */ scope) =>
    new Promise((resolve, reject) => {
      const callOff = clock.after(times.draw(random), () => resolve(undefined));
      scope.onEnd((reason) => {
        callOff();
        reject(reason);
      });
    });
  /** @type {number[]} */
  const latencies = [];
  const arrivals = poissonArrivals(seededRandom(5), 200);
  const next = () => {
    if (latencies.length + warmUp > simulated + warmUp) return;
    clock.after(arrivals.next().value - clock.now(), () => {
      void call();
      if (clock.now() < (simulated / 200) * 1000) next();
    });
  };
  const call = async () => {
    const sentMs = clock.now();
    const scope = new RequestScope();
    await (racer === undefined
      ? sleep(scope)
      : racer.run(scope, (copy) => {
          copy.begins();
          return sleep(copy.scope);
        }));
    latencies.push(clock.now() - sentMs);
  };
  next();
  await clock.run();
  return { ...quantilesOf(latencies.slice(warmUp)), extra: extraMs / latencies.length / times.meanMs };
}

/**
 * @param {(typeof scales)[number]} times
 * @param {number} copies
 * @param {boolean} isOn
 * @param {Outcome} outcome
 */
function judgeCopies({ name, survival }, copies, isOn, outcome) {
  const fastest = optimum.fastestOf(survival, copies);
  const best = { p50: optimum.exceededBy(fastest, 0.5), p99: optimum.exceededBy(fastest, 0.01), p999: optimum.exceededBy(fastest, 0.001) };
  note(name, isOn ? `${copies} at once` : 'without the rule', { ...outcome, best });
  if (!isOn) return;
  for (const quantile of /** @type {const} */ (['p50', 'p99'])) {
    const share = best[quantile] / outcome[quantile];
    const claim = `${name}, ${copies} at once: ${quantile} of the best ÷ measured`;
    bars.push({ claim, bar: '≥ 0.90', measured: share.toFixed(3), holds: share >= 0.9 });
  }
}

/** @param {(typeof tails)[number]} times */
async function judgeHedge(times) {
  const [alone, hedge] = [await simulate(times, undefined), await simulate(times, { kind: 'hedge', budget })];
  const best = optimum.bestHedge(times.survival, budget);
  note(times.name, 'alone, simulated', alone);
  note(times.name, 'hedged, simulated', { ...hedge, best: { p50: Number.NaN, p99: best.p99, p999: Number.NaN } });
  const factor = optimum.exceededBy(times.survival, 0.01) / hedge.p99;
  const possible = optimum.exceededBy(times.survival, 0.01) / best.p99;
  const claim = `${times.name}, hedged`;
  bars.push({
    claim: `${claim}: p99 alone ÷ hedged, simulated`,
    bar: `≥ 3 (best ${possible.toFixed(2)})`,
    measured: factor.toFixed(2),
    holds: factor >= 3,
  });
  const real = figures[times.name]['alone, for real'].p99 / figures[times.name]['hedged, for real'].p99;
  bars.push({ claim: `${claim}: p99 alone ÷ hedged, for real`, bar: '≥ 3', measured: real.toFixed(2), holds: real >= 3 });
  for (const [where, { extra }] of /** @type {const} */ ([
    ['simulated', hedge],
    ['for real', figures[times.name]['hedged, for real']],
  ])) {
    bars.push({ claim: `${claim}: extra work, ${where}`, bar: '≤ 10 %', measured: `${(extra * 100).toFixed(1)} %`, holds: extra <= 0.1 });
  }
}

/**
 * @param {string} times
 * @param {string} race
 * @param {Outcome & { readonly best?: Omit<Outcome, 'extra'> }} outcome
 */
function note(times, race, outcome) {
  figures[times] = { ...figures[times], [race]: outcome };
}

/**
 * @param {number} ms
 * @param {number | undefined} best
 */
function shown(ms, best) {
  return best === undefined || Number.isNaN(best) ? ms.toFixed(1) : `${ms.toFixed(1)} (${best.toFixed(1)})`;
}
