// @ts-check
// The pipeline of examples/transliteration with its stages raced, while their replicas stand still now and then, and while they do not.
import { readFileSync } from 'node:fs';
import { choosePlan, Deployment, loadPipelines, poissonArrivals, seededRandom } from '../dist/internals.js';
import { setUp } from '../examples/transliteration/set-up/set-up.mjs';
import { openLoop } from './harness/open-loop.mjs';
import { processTreeCpuMs } from './harness/process-tree-cpu.mjs';
import { quantilesOf } from './harness/quantiles.mjs';
import { report } from './harness/report.mjs';
import { newStallingProcesses } from './harness/stalling-processes.mjs';
import { StallingThreads } from './harness/stalling-threads.mjs';
import { Stalls } from './harness/stalls.mjs';
import { withRaces } from './harness/with-races.mjs';
import { plot } from './plots/raced-transliteration.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 2 : 5;
const requests = isQuick ? 200 : 500;
const perSecond = 50;
const replicas = 2;
const stalls = { everyMs: 1000, forMs: 50 };
const budget = 0.05;

const detection = 'detect language';
/** On threads the stages of a task are raced together, so one of them says it for all. */
const models = 'decode arabic';

/** @typedef {import('../dist/internals.js').Race} Race */
/** @type {Readonly<Record<string, Race | undefined>>} */
const races = { alone: undefined, 'two at once': { kind: 'copies', copies: 2 }, hedged: { kind: 'hedge', budget }, auto: { kind: 'auto' } };

/**
 * @typedef {import('./harness/quantiles.mjs').Quantiles} Quantiles
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {'nothing' | 'processes' | 'threads'} stalling
 * @property {readonly string[]} raced
 *
 * @typedef {object} Outcome
 * @property {Quantiles} latency
 * @property {Quantiles} best if each text went, at once, where a replica goes on first
 * @property {number} extra what copies computed ÷ what calls of what is raced take by themselves
 * @property {number} copies per text
 * @property {number} cpuMs of a text
 */

/** @type {readonly Case[]} */
const cases = [
  { name: 'nothing stands still', stalling: 'nothing', raced: [detection, models] },
  { name: 'Python stands still', stalling: 'processes', raced: [detection] },
  { name: 'threads stand still', stalling: 'threads', raced: [models] },
];

await setUp({ say: (line) => console.error(`• ${line}`) });
/** @type {readonly { readonly text: string }[]} */
const texts = JSON.parse(readFileSync(new URL('../examples/transliteration/texts.json', import.meta.url), 'utf8'));
const loaded = await loadPipelines(new URL('./pipelines/raced-transliteration.ts', import.meta.url));
const stallingThreads = new StallingThreads();

/** How long texts take where nothing is in their way. @type {readonly number[]} */
let calm = [];
/** @type {Record<string, Record<string, Outcome>>} */
const figures = {};
for (const tried of cases) figures[tried.name] = await measureAll(tried);
stallingThreads.close();
console.log(`what stands still does so for ${stalls.forMs} ms, each replica for itself, every ${stalls.everyMs} ms on average`);
console.table(Object.entries(figures).flatMap(([name, outcomes]) => Object.entries(outcomes).map((entry) => rowOf(name, ...entry))));
report('raced-transliteration', Object.entries(figures).flatMap(barsOf), figures, plot);

/**
 * Rounds of all races take turns, each with a deployment of its own.
 * @param {Case} tried
 * @returns {Promise<Record<string, Outcome>>}
 */
async function measureAll({ stalling, raced }) {
  /** @type {Contender[]} */
  const contenders = [];
  for (const [name, race] of Object.entries(races)) {
    contenders.push(await start(name, stalling, race === undefined ? {} : Object.fromEntries(raced.map((stage) => [stage, race]))));
  }
  // Before that nothing is noted: hedges learn, and functions are compiled.
  for (const contender of contenders) await round(contender);
  for (const contender of contenders) contender.rounds = [];
  for (let i = 0; i < rounds; i++) for (const contender of contenders) await round(contender);
  for (const { standing } of contenders) await standing.end();
  const [alone] = contenders;
  if (stalling === 'nothing') calm = latenciesOf(alone);
  const outcomes = contenders.map((contender) => [contender.name, outcomeOf(contender, alone, raced)]);
  for (const { deployment } of contenders) await deployment.close();
  return Object.fromEntries(outcomes);
}

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {Deployment} deployment
 * @property {Stalls} standing
 * @property {{ readonly texts: Awaited<ReturnType<typeof openLoop>>, readonly cpuMs: number }[]} rounds
 *
 * @param {string} name
 * @param {Case['stalling']} stalling
 * @param {Readonly<Record<string, Race>>} chosen
 * @returns {Promise<Contender>}
 */
async function start(name, stalling, chosen) {
  const plan = withRaces(choosePlan(loaded, 'transliteration'), chosen);
  const deployment = await Deployment.start(plan, { program: loaded.program.url, workers: replicas, admission: false });
  const [processes, threads] = [newStallingProcesses(), await stallingThreads.newOnes(replicas)];
  const standing = new Stalls({ nothing: [], processes, threads }[stalling], { ...stalls, seed: 3 });
  return { name, deployment, standing, rounds: [] };
}

/** @param {Contender} contender */
async function round(contender) {
  const startMs = await processTreeCpuMs();
  const arrivals = poissonArrivals(seededRandom(contender.rounds.length), perSecond);
  const sent = await openLoop(arrivals, requests, (i) => contender.deployment.run([{ text: texts[i % texts.length].text }]));
  contender.rounds.push({ texts: sent, cpuMs: ((await processTreeCpuMs()) - startMs) / requests });
}

/**
 * @param {Contender} contender
 * @param {Contender} alone
 * @param {readonly string[]} raced
 * @returns {Outcome}
 */
function outcomeOf(contender, alone, raced) {
  const all = requests * (rounds + 1);
  const counts = stagesOf(contender).map((stage) => stage.races);
  const random = seededRandom(5);
  const sent = contender.rounds.flatMap((round) => round.texts);
  return {
    latency: quantilesOf(latenciesOf(contender)),
    best: quantilesOf(sent.map(({ sentMs }) => contender.standing.leastWaitMs(sentMs) + calm[Math.floor(random() * calm.length)])),
    extra: sumOf(counts.map(({ extraMs }) => extraMs)) / (all * meanMsOf(alone, raced)),
    copies: sumOf(counts.map(({ started }) => started)) / all,
    cpuMs: sumOf(contender.rounds.map(({ cpuMs }) => cpuMs)) / rounds,
  };
}

/**
 * How long a call of what is raced takes by itself. Of the task on threads it is what is left of a text without the detection.
 * @param {Contender} alone
 * @param {readonly string[]} raced
 */
function meanMsOf(alone, raced) {
  const detected = stagesOf(alone).find(({ stage }) => stage === detection);
  const detectionMs = detected === undefined ? Number.NaN : detected.busyMs / detected.calls;
  const latencies = latenciesOf(alone);
  const textMs = sumOf(latencies) / latencies.length;
  return (raced.includes(detection) ? detectionMs : 0) + (raced.includes(models) ? textMs - detectionMs : 0);
}

/** @param {Contender} contender */
function latenciesOf(contender) {
  return contender.rounds.flatMap((round) => round.texts.map(({ latencyMs }) => latencyMs));
}

/** @param {Contender} contender */
function stagesOf({ deployment }) {
  return deployment.statistics().tasks.flatMap(({ stages }) => stages);
}

/** @param {readonly number[]} values */
function sumOf(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

/**
 * @param {string} where
 * @param {string} race
 * @param {Outcome} outcome
 */
function rowOf(where, race, { latency, best, extra, copies, cpuMs }) {
  const shown = (/** @type {keyof Quantiles} */ at) => `${latency[at].toFixed(1)} (${best[at].toFixed(1)})`;
  return {
    where,
    race,
    'median (best)': shown('p50'),
    'p99 (best)': shown('p99'),
    'p99.9 (best)': shown('p999'),
    'extra work': percent(extra),
    'copies per text': copies.toFixed(3),
    'CPU of a text (ms)': cpuMs.toFixed(2),
  };
}

/**
 * Hedges alone are judged: where nothing stands still by their budget, since times differ by the text there, and its copy takes as long.
 * @param {[where: string, outcomes: Record<string, Outcome>]} entry
 * @returns {import('./harness/report.mjs').Bar[]}
 */
function barsOf([where, outcomes]) {
  const { extra, latency, best } = outcomes.hedged;
  const ofBest = latency.p99 / best.p99;
  const shown = Object.entries(outcomes).map(([race, outcome]) => ({
    claim: `${where}, ${race}: median, p99, p99.9 (best)`,
    bar: '–',
    measured: `${printQuantiles(outcome.latency)} ms (${printQuantiles(outcome.best)}), extra work ${percent(outcome.extra)}`,
    holds: true,
  }));
  const judged = [{ claim: `${where}, hedged: extra work`, bar: '≤ 5 %', measured: percent(extra), holds: extra <= budget }];
  if (where !== cases[0].name) {
    judged.push({ claim: `${where}, hedged: p99 ÷ the best`, bar: '≤ 1.2', measured: ofBest.toFixed(2), holds: ofBest <= 1.2 });
  }
  return [...shown, ...judged];
}

/** @param {Quantiles} quantiles */
function printQuantiles({ p50, p99, p999 }) {
  return [p50, p99, p999].map((ms) => ms.toFixed(1)).join(', ');
}

/** @param {number} share */
function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
