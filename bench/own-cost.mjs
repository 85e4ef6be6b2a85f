// @ts-check
// What a request costs in process, on the event loop, with a deadline and a signal: CPU and bytes allocated, beside the same work by hand.
import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { choosePlan, Deployment, loadPipelines } from '../dist/internals.js';
import { checkedCascade, checkedChain, checkedMeasure } from './baselines/own-cost/checked.mjs';
import { cascade, chain, measure } from './baselines/own-cost/plain.mjs';
import { medianOf, slopeOver } from './harness/line.mjs';
import { printRatio, report } from './harness/report.mjs';
import { interleave } from './harness/rounds.mjs';
import { plot } from './plots/own-cost.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 7 : 21;
const scale = isQuick ? 1 : 4;

const { signal } = new AbortController();
const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/own-cost.ts', import.meta.url)));
const deployments = new Map();
for (const name of ['one', 'ten', 'twenty', 'cascade', 'measure']) {
  deployments.set(name, await Deployment.start(choosePlan(loaded, name), { program: loaded.program.url, workers: 1 }));
}

const count = [{ n: 1 }];
const items = [{ id: 1, score: 0.5 }];
const photos = [{ photo: new Uint8Array(2 ** 20) }];
const counts = Array.from({ length: 64 }, (_, n) => ({ n }));
const request = () => ({ signal, deadlineMs: performance.now() + 1000 });

/**
 * @typedef {object} Work
 * @property {string} name
 * @property {number} requests in a round
 * @property {boolean} isBarred whether the bar for a request holds for it
 * @property {() => Promise<unknown>} ours
 * @property {() => Promise<unknown>} checked
 * @property {() => unknown} plain
 */

/** @type {readonly Work[]} */
const works = [
  chainOf('map ×1, one row', 'one', 1, count, 20_000),
  chainOf('map ×10, one row', 'ten', 10, count, 10_000),
  chainOf('map ×20, one row', 'twenty', 20, count, 5_000),
  {
    name: 'derive + filter + left join, one row',
    requests: 20_000 * scale,
    isBarred: true,
    ours: () => run('cascade', items),
    checked: () => checkedCascade(items, request()),
    plain: () => cascade(items),
  },
  chainOf('map ×1, 64 rows', 'one', 1, counts, 5_000),
  {
    name: 'derive, one row with a column of 1 MB',
    requests: 20_000 * scale,
    isBarred: true,
    ours: () => run('measure', photos),
    checked: () => checkedMeasure(photos, request()),
    plain: () => measure(photos),
  },
];

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
const figures = {};
const costs = await interleave(works.flatMap(contenders), rounds);
for (const { name, isBarred } of works) {
  const cost = medianOf(micros(name, 'ours'));
  const own = medianOf(micros(name, 'ours').map((value, i) => value - micros(name, 'plain loop')[i]));
  const checked = medianOf(micros(name, 'by hand'));
  bars.push({ claim: `CPU µs, ${name}`, bar: isBarred ? '≤ 5' : '–', measured: printRatio(cost), holds: !isBarred || cost.high <= 5 });
  bars.push({ claim: '  of which ours, less the plain loop', bar: '–', measured: printRatio(own), holds: true });
  bars.push({ claim: '  asynchronous function with checks, by hand', bar: '–', measured: printRatio(checked), holds: true });
  Object.assign(figures, { [name]: { cost, own, checked } });
}
const chains = ['map ×1, one row', 'map ×10, one row', 'map ×20, one row'];
const perStage = slopeOver(
  [1, 10, 20],
  Array.from({ length: rounds }, (_, i) => chains.map((name) => micros(name, 'ours')[i])),
);
bars.push({ claim: 'CPU µs for one more stage, fitted', bar: '≤ 0.15', measured: printRatio(perStage), holds: perStage.high <= 0.15 });
const bytes = {};
for (const { name, ours, plain } of works) {
  const allocated = { ours: await bytesPerRequest(ours), plain: await bytesPerRequest(plain) };
  Object.assign(bytes, { [name]: allocated });
  bars.push({ claim: `bytes allocated, ${name}`, bar: '–', measured: `${allocated.ours} (plain loop ${allocated.plain})`, holds: true });
}
for (const deployment of deployments.values()) await deployment.close();
report('own-cost', bars, { ...figures, perStage, bytes }, plot);

/**
 * @param {string} name
 * @param {readonly object[]} rows
 */
function run(name, rows) {
  return deployments.get(name).run(rows, { signal, timeoutMs: 1000 });
}

/**
 * @param {string} name
 * @param {string} pipeline
 * @param {number} stages
 * @param {readonly { readonly n: number }[]} rows
 * @param {number} requests
 * @returns {Work}
 */
function chainOf(name, pipeline, stages, rows, requests) {
  return {
    name,
    requests: requests * scale,
    isBarred: stages <= 10,
    ours: () => run(pipeline, rows),
    checked: () => checkedChain(rows, stages, request()),
    plain: () => chain(rows, stages),
  };
}

/** The same answers first. @param {Work} work @returns {import('./harness/rounds.mjs').Contender[]} */
function contenders({ name, requests, ours, checked, plain }) {
  const same = async () => {
    assert.deepEqual(await ours(), plain());
    assert.deepEqual(await checked(), plain());
  };
  const loop = async (/** @type {() => unknown} */ send) => {
    for (let i = 0; i < requests; i++) await send();
    return requests;
  };
  // A promise is waited for in each contender, since in each a caller would.
  return [
    { name: `${name}: ours`, round: () => same().then(() => loop(ours)) },
    { name: `${name}: by hand`, round: () => loop(checked) },
    { name: `${name}: plain loop`, round: () => loop(plain) },
  ];
}

/** @param {string} name @param {'ours' | 'by hand' | 'plain loop'} contender */
function micros(name, contender) {
  return (costs.get(`${name}: ${contender}`) ?? []).map(({ cpuMs }) => cpuMs * 1000);
}

/**
 * How far the heap grows over requests that are few enough for no collection to come between: the allocations themselves, which a
 * difference after a collection would not show.
 * @param {() => unknown} send
 */
async function bytesPerRequest(send) {
  const requests = 500;
  const grown = [];
  for (let sample = 0; sample < 15; sample++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < requests; i++) await send();
    grown.push((process.memoryUsage().heapUsed - before) / requests);
  }
  return Math.round(medianOf(grown).median);
}
