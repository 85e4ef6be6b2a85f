// @ts-check
// What a pipeline answers in time under more load than it can do, with requests refused at the door and without.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { choosePlan, Deployment, loadPipelines, poissonArrivals, seededRandom } from '../dist/internals.js';
import { report } from './harness/report.mjs';
import { plot } from './plots/overload.mjs';

const isQuick = process.argv.includes('--quick');
const seconds = isQuick ? 4 : 20;
const loads = [0.5, 1, 2, 3];
const deadlineMs = 200;

/**
 * @typedef {object} Point
 * @property {number} load as a multiple of the capacity
 * @property {number} inTime answers in time per second
 * @property {number} late per second: requests that were taken, and not done by their deadline
 * @property {number} refused per second
 * @property {number} p99Ms of the answers in time
 *
 * @typedef {object} Place
 * @property {string} name
 * @property {number} capacity requests per second that it does when there is always one
 * @property {readonly Point[]} with
 * @property {readonly Point[]} without
 */

const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/overload.ts', import.meta.url)));
/** @type {Place[]} */
const places = [];
for (const [pipeline, name] of [
  ['thread', 'a worker thread, 5 ms'],
  ['python', 'a process of Python, 5 ms'],
]) {
  places.push(await measure(pipeline, name));
}
report('overload', places.flatMap(barsOf), { seconds, deadlineMs, places }, plot);

/**
 * @param {string} pipeline
 * @param {string} name
 * @returns {Promise<Place>}
 */
async function measure(pipeline, name) {
  const [refusing, taking] = await Promise.all([start(pipeline, true), start(pipeline, false)]);
  await capacityOf(taking, 0.5);
  await capacityOf(refusing, 0.5);
  const capacity = await capacityOf(refusing, isQuick ? 1 : 3);
  const points = { with: /** @type {Point[]} */ ([]), without: /** @type {Point[]} */ ([]) };
  for (const load of loads) {
    points.with.push(await openLoop(refusing, load, capacity));
    points.without.push(await openLoop(taking, load, capacity));
  }
  await Promise.all([refusing.close(), taking.close()]);
  console.log(`${name}: ${capacity.toFixed(0)} a second can be done`);
  console.table(
    loads.map((load, i) => ({
      load: `${load} x`,
      'in time': points.with[i]?.inTime.toFixed(0),
      late: points.with[i]?.late.toFixed(1),
      refused: points.with[i]?.refused.toFixed(0),
      'p99 ms': points.with[i]?.p99Ms.toFixed(0),
      'in time, taking all': points.without[i]?.inTime.toFixed(0),
      'late, taking all': points.without[i]?.late.toFixed(0),
      'p99 ms, taking all': points.without[i]?.p99Ms.toFixed(0),
    })),
  );
  return { name, capacity, ...points };
}

/**
 * @param {string} pipeline
 * @param {boolean} admission
 */
function start(pipeline, admission) {
  return Deployment.start(choosePlan(loaded, pipeline), { workers: 1, program: loaded.program.url, timeoutMs: deadlineMs, admission });
}

/**
 * Requests per second of callers who wait for their answers.
 * @param {Deployment} deployment
 * @param {number} forSeconds
 */
async function capacityOf(deployment, forSeconds) {
  const startMs = performance.now();
  let answered = 0;
  const call = async () => {
    while (performance.now() - startMs < forSeconds * 1000) {
      await deployment.run([{ n: 1 }]);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, call));
  return (answered * 1000) / (performance.now() - startMs);
}

/**
 * Callers who do not know of each other, so that nobody waits because others do.
 * @param {Deployment} deployment
 * @param {number} load
 * @param {number} capacity
 * @returns {Promise<Point>}
 */
async function openLoop(deployment, load, capacity) {
  const startMs = performance.now();
  /** @type {number[]} */
  const latencies = [];
  /** @type {Record<string, number>} */
  const failed = {};
  /** @type {Promise<void>[]} */
  const calls = [];
  for (const atMs of poissonArrivals(seededRandom(1), load * capacity)) {
    if (atMs > seconds * 1000) break;
    const inMs = startMs + atMs - performance.now();
    if (inMs > 0) await sleep(inMs);
    const sentMs = performance.now();
    calls.push(
      deployment.run([{ n: 1 }]).then(
        () => void latencies.push(performance.now() - sentMs),
        ({ code }) => {
          failed[code] = (failed[code] ?? 0) + 1;
        },
      ),
    );
  }
  await Promise.all(calls);
  const { DEADLINE_EXCEEDED = 0, OVERLOADED = 0, QUEUE_FULL = 0 } = failed;
  const inTime = latencies.filter((tookMs) => tookMs <= deadlineMs).sort((a, b) => a - b);
  return {
    load,
    inTime: inTime.length / seconds,
    late: (DEADLINE_EXCEEDED + latencies.length - inTime.length) / seconds,
    refused: (OVERLOADED + QUEUE_FULL) / seconds,
    p99Ms: inTime[Math.floor(inTime.length * 0.99)] ?? 0,
  };
}

/**
 * @param {Place} place
 * @returns {import('./harness/report.mjs').Bar[]}
 */
function barsOf({ name, with: refusing, without: taking }) {
  const peak = Math.max(...refusing.map(({ inTime }) => inTime));
  const share = (/** @type {readonly Point[]} */ points) => (points.at(-1)?.inTime ?? 0) / peak;
  const percent = (/** @type {number} */ of) => `${(of * 100).toFixed(1)} %`;
  return [
    {
      claim: `${name}: in time at 3 x the load, of the peak`,
      bar: '≥ 90 %',
      measured: percent(share(refusing)),
      holds: share(refusing) >= 0.9,
    },
    { claim: `${name}: the same, taking all`, bar: '–', measured: percent(share(taking)), holds: true },
  ];
}
