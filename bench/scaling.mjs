// @ts-check
// A fast stage and then one that takes 100 ms, under a load that becomes four times as high: with replicas by the load and without.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  arrive,
  choosePlan,
  Deployment,
  loadPipelines,
  ScaledReplicas,
  seededRandom,
  VirtualClock,
  varyingArrivals,
} from '../dist/internals.js';
import { report } from './harness/report.mjs';
import { plot } from './plots/scaling.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 1 : 5;
const load = { before: 8, after: 32, stepMs: 6_000, untilMs: isQuick ? 14_000 : 20_000 };
const targetMs = 400;
const slowMs = 100;
/** As in pipelines/scaling.ts and by the defaults of a server. */
const settings = { floor: 1, ceiling: 16, targetMs, downAfterMs: 30_000 };
const simulations = isQuick ? 100 : 400;
/** How long a replica may take to start. */
const startsMs = [200, 300, 500];
const SAMPLE_MS = 100;

/**
 * @typedef {{ readonly atMs: number, readonly tookMs: number | null }} Call when it came, and how long it took; null where it failed
 * @typedef {{ readonly atMs: number, readonly fast: number, readonly slow: number, readonly queued: number }} Sample replicas, and calls that wait
 * @typedef {object} Run
 * @property {readonly Call[]} calls
 * @property {readonly Sample[]} samples
 * @property {number} backMs how long after the step the last call came that took longer than the target; 0 where there is none
 * @property {number} lost calls without an answer
 * @property {number} late calls that took longer than the target
 */

const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/scaling.ts', import.meta.url)));
/** @type {Run[]} */
const scaled = [];
for (let round = 0; round < rounds; round++) scaled.push(await run('scaled', round));
const inPython = await run('in-python', 0);
const fixed = await run('fixed', 0);

const simulated = startsMs.map((startMs) => ({
  startMs,
  backMs: Array.from({ length: simulations }, (_, seed) => simulate(seed, startMs)),
}));

const worst = Math.max(...scaled.map(({ backMs }) => backMs));
const lost = [...scaled, inPython].reduce((sum, run) => sum + run.lost, 0);
const mostFast = Math.max(...scaled.flatMap(({ samples }) => samples.map(({ fast }) => fast)));
const mostSlow = Math.max(...scaled.flatMap(({ samples }) => samples.map(({ slow }) => slow)));
report(
  'scaling',
  [
    {
      claim: 'back within the target after the step, slowest run',
      bar: '≤ 2 s',
      measured: `${(worst / 1000).toFixed(2)} s`,
      holds: worst <= 2000,
    },
    { claim: 'calls without an answer', bar: '0', measured: String(lost), holds: lost === 0 },
    { claim: 'most replicas of the fast stage', bar: '1', measured: String(mostFast), holds: mostFast === 1 },
    {
      claim: 'most replicas of the slow stage',
      bar: '–',
      measured: `${mostSlow}; ${Math.ceil(load.after / 10)} are busy on average`,
      holds: true,
    },
    { claim: 'calls later than the target, of all', bar: '–', measured: scaled.map(lateShare).join(', '), holds: true },
    ...simulated.map(({ startMs, backMs }) => ({
      claim: `the policy alone, replicas that start in ${startMs} ms: ${simulations} simulated runs, back within 2 s`,
      bar: '≥ 99 %',
      measured: `${((100 * within(backMs, 2000)) / simulations).toFixed(1)} %, ${(Math.max(...backMs) / 1000).toFixed(2)} s at most`,
      holds: within(backMs, 2000) >= 0.99 * simulations,
    })),
    {
      claim: 'the slow stage in Python: back within the target',
      bar: '≤ 2 s',
      measured: `${(inPython.backMs / 1000).toFixed(2)} s`,
      holds: inPython.backMs <= 2000,
    },
    { claim: '  later than the target', bar: '–', measured: lateShare(inPython), holds: true },
    { claim: 'calls later than the target with two replicas all the time, of all', bar: '–', measured: lateShare(fixed), holds: true },
  ],
  { load, targetMs, scaled, inPython, fixed, simulated },
  plot,
);

/** @param {Run} run */
function lateShare({ calls, late, lost }) {
  return `${((100 * (late + lost)) / calls.length).toFixed(1)} %`;
}

/**
 * Callers who do not know of each other.
 * @param {string} pipeline
 * @param {number} seed
 * @returns {Promise<Run>}
 */
async function run(pipeline, seed) {
  const deployment = await Deployment.start(choosePlan(loaded, pipeline), { workers: 1, program: loaded.program.url });
  const random = seededRandom(seed + 1);
  /** @type {Promise<Call>[]} */
  const calls = [];
  /** @type {Sample[]} */
  const samples = [];
  const startMs = performance.now();
  const sampling = setInterval(() => samples.push(sample(deployment, performance.now() - startMs)), SAMPLE_MS);
  for (let atMs = 0; atMs < load.untilMs; atMs += gapMs(random(), atMs)) {
    await sleep(Math.max(0, atMs - (performance.now() - startMs)));
    calls.push(call(deployment, atMs, startMs));
  }
  const answered = await Promise.all(calls);
  clearInterval(sampling);
  await deployment.close();
  const late = answered.filter(({ tookMs }) => tookMs !== null && tookMs > targetMs);
  const lost = answered.filter(({ tookMs }) => tookMs === null);
  const last = Math.max(load.stepMs, ...[...late, ...lost].map(({ atMs }) => atMs));
  return { calls: answered, samples, backMs: Math.round(last - load.stepMs), lost: lost.length, late: late.length };
}

/**
 * The same on virtual time, by the scaler alone: when the last call came that took longer than the target, after the step.
 * @param {number} seed
 * @param {number} startMs
 */
function simulate(seed, startMs) {
  const clock = new VirtualClock();
  const random = seededRandom(seed + 1);
  let lastMs = load.stepMs;
  const replicas = new ScaledReplicas({
    settings,
    clock,
    untilMs: load.untilMs,
    serviceMs: () => slowMs,
    startMs,
    replicas: settings.floor,
    onSample: () => {},
    onAnswer: ({ cameAtMs, tookMs }) => {
      if (tookMs > targetMs) lastMs = Math.max(lastMs, cameAtMs);
    },
  });
  const perSecondAt = (/** @type {number} */ atMs) => (atMs < load.stepMs ? load.before : load.after);
  arrive(clock, varyingArrivals(random, perSecondAt, load.after), load.untilMs, () => replicas.arrive());
  clock.advance(load.untilMs + 10_000);
  return Math.round(lastMs - load.stepMs);
}

/** @param {readonly number[]} backMs @param {number} mostMs */
function within(backMs, mostMs) {
  return backMs.filter((ms) => ms <= mostMs).length;
}

/** @param {number} uniform @param {number} atMs */
function gapMs(uniform, atMs) {
  return (-Math.log(1 - uniform) * 1000) / (atMs < load.stepMs ? load.before : load.after);
}

/** @param {Deployment} deployment @param {number} atMs @param {number} startMs @returns {Promise<Call>} */
async function call(deployment, atMs, startMs) {
  try {
    await deployment.run([{ n: 1 }]);
    return { atMs: Math.round(atMs), tookMs: Math.round(performance.now() - startMs - atMs) };
  } catch {
    return { atMs: Math.round(atMs), tookMs: null };
  }
}

/** @param {Deployment} deployment @param {number} atMs @returns {Sample} */
function sample(deployment, atMs) {
  const [first, second] = deployment.statistics().pools;
  return { atMs: Math.round(atMs), fast: first?.replicas ?? 0, slow: second?.replicas ?? 0, queued: second?.queued ?? 0 };
}
