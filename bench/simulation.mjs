// @ts-check
// A day of load on up to ten thousand replicas of a slow task, call by call, by the scaler that serves, on a clock that does not wait.
import { arrive, DurationCounts, dayArrivals, quantile, ScaledReplicas, seededRandom, uniform, VirtualClock } from '../dist/internals.js';
import { report } from './harness/report.mjs';
import { plot } from './plots/simulation.mjs';

const isQuick = process.argv.includes('--quick');
const HOUR_MS = 3_600_000;
const dayMs = 24 * HOUR_MS;
/** As of a generative model: a minute to three, on a replica that loads for 20 s. */
const service = { leastMs: 60_000, mostMs: 180_000, meanMs: 120_000 };
const startMs = 20_000;
/** How many replicas have something to do on average, at midnight and at noon. */
const load = isQuick ? { low: 74, high: 740 } : { low: 740, high: 7400 };
const settings = { floor: 1, ceiling: isQuick ? 1000 : 10_000, targetMs: 240_000, downAfterMs: 30_000 };
/** What the scaler aims at, and below which use it gives replicas back. */
const use = { aimed: 0.75, least: 0.65 };
/** Who goes and has to come back so soon went too early. */
const FLAP_MS = 10 * 60_000;
/** What the plot has a point for. */
const POINT_MS = 300_000;

/** @typedef {import('../dist/internals.js').ScalingSample} Sample */
/** @typedef {import('../dist/internals.js').SimulatedCall} Call */

/** What happened in a day: counts, and a point for each few minutes. */
class Day {
  came = 0;
  answered = 0;
  late = 0;
  waits = new DurationCounts();
  presentMs = 0;
  most = 0;
  overshoot = 0;
  stepsDown = 0;
  stepsUp = 0;
  flaps = 0;
  /** @type {{ readonly hour: number, readonly replicas: number, readonly busy: number, readonly slowestMs: number }[]} */
  points = [];
  #slowestMs = 0;
  #downAtMs = Number.NEGATIVE_INFINITY;
  /** @type {Sample | undefined} */
  #before;

  /** @param {Call} call */
  answer({ waitedMs, tookMs }) {
    this.answered++;
    this.waits.add(waitedMs);
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    if (tookMs > settings.targetMs) this.late++;
  }

  /** @param {Sample} sample */
  look(sample) {
    const { atMs, replicas, present } = sample;
    const before = this.#before ?? sample;
    this.#before = sample;
    this.presentMs += before.present * (atMs - before.atMs);
    this.most = Math.max(this.most, replicas);
    this.overshoot = Math.max(this.overshoot, replicas / (loadAt(atMs) / use.aimed));
    if (replicas < before.replicas) this.#steppedDown(atMs);
    if (replicas > before.replicas) this.#steppedUp(atMs);
    if (atMs % POINT_MS !== 0) return;
    this.points.push({ hour: atMs / HOUR_MS, replicas: present, busy: loadAt(atMs), slowestMs: this.#slowestMs });
    this.#slowestMs = 0;
  }

  /** @param {number} atMs */
  #steppedDown(atMs) {
    this.stepsDown++;
    this.#downAtMs = atMs;
  }

  /** @param {number} atMs */
  #steppedUp(atMs) {
    this.stepsUp++;
    if (atMs - this.#downAtMs < FLAP_MS) this.flaps++;
    this.#downAtMs = Number.NEGATIVE_INFINITY;
  }
}

const { day, underWay, wallMs, processorMs } = simulate();
const calls = day.answered + underWay;
/** By arithmetic: the mean of the wave. */
const workMs = ((load.low + load.high) / 2) * dayMs;
const spent = day.presentMs / workMs;
const shown = (/** @type {string} */ claim, /** @type {string} */ measured) => ({ claim, bar: '–', measured, holds: true });
report(
  'simulation',
  [
    shown('simulated', `24 hours, ${calls} calls of ${service.leastMs / 1000} to ${service.mostMs / 1000} s, up to ${day.most} replicas`),
    { claim: 'processor time', bar: '≤ 20 s', measured: `${(processorMs / 1000).toFixed(1)} s`, holds: processorMs <= 20_000 },
    shown('time by the clock on the wall', `${(wallMs / 1000).toFixed(1)} s`),
    shown('seconds, and calls, in a second of that', `${Math.round(dayMs / wallMs)}, ${Math.round((1000 * calls) / wallMs)}`),
    { claim: 'calls lost', bar: '0', measured: String(day.came - calls), holds: day.came === calls },
    { claim: 'calls later than four minutes', bar: '≤ 0.1 %', measured: percent(day.late / calls), holds: day.late <= calls / 1000 },
    shown('wait for a replica, p99', `${(quantile(day.waits.read(), 0.99) / 1000).toFixed(2)} s`),
    {
      claim: 'hours of replicas ÷ hours of work',
      bar: `≤ ${(1 / use.least).toFixed(2)}`,
      measured: `${spent.toFixed(3)} (${Math.round(day.presentMs / HOUR_MS)} ÷ ${Math.round(workMs / HOUR_MS)})`,
      holds: spent <= 1 / use.least,
    },
    shown('the same with the most replicas all day', ((day.most * dayMs) / workMs).toFixed(3)),
    shown(`most replicas ÷ what keeps them busy for ${use.aimed * 100} %`, day.overshoot.toFixed(3)),
    { claim: 'steps down that were taken back within ten minutes', bar: '0', measured: String(day.flaps), holds: day.flaps === 0 },
    shown('steps down, up', `${day.stepsDown}, ${day.stepsUp}`),
  ],
  { load, settings, service, startMs, points: day.points },
  plot,
);

/** Callers who do not know of each other, most of them at noon. */
function simulate() {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const day = new Day();
  const beganMs = performance.now();
  const before = process.cpuUsage();
  const replicas = new ScaledReplicas({
    settings,
    clock,
    untilMs: dayMs,
    serviceMs: () => uniform(random, service.leastMs, service.mostMs),
    startMs,
    replicas: Math.ceil(load.low / use.aimed),
    onSample: (sample) => day.look(sample),
    onAnswer: (call) => day.answer(call),
  });
  arrive(clock, dayArrivals(random, { lowPerSecond: perSecond(load.low), highPerSecond: perSecond(load.high) }), dayMs, () => {
    day.came++;
    replicas.arrive();
  });
  clock.advance(dayMs);
  const { user, system } = process.cpuUsage(before);
  return { day, underWay: replicas.underWay, wallMs: performance.now() - beganMs, processorMs: (user + system) / 1000 };
}

/** @param {number} busy how many replicas have something to do */
function perSecond(busy) {
  return (1000 * busy) / service.meanMs;
}

/** The wave of the day. @param {number} atMs */
function loadAt(atMs) {
  return load.low + ((load.high - load.low) / 2) * (1 - Math.cos((2 * Math.PI * atMs) / dayMs));
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(3)} %`;
}
