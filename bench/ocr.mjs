// @ts-check
// OCR by the pipeline of examples/ocr against the same models by hand: throughput, answers, and the delay of the event loop.
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { choosePlan, Deployment, loadPipelines } from '../dist/internals.js';
import { OcrPool } from './baselines/ocr/pool.mjs';
import { isAtLeast, pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { closedLoop, interleave } from './harness/rounds.mjs';
import { plot } from './plots/ocr.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 5 : 9;
const requests = isQuick ? 4 : 8;
const workers = Math.max(1, availableParallelism() - 1);

const folder = new URL('../examples/ocr/photos/', import.meta.url);
const given = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const files =
  given.length > 0
    ? given
    : readdirSync(folder)
        .filter((name) => name.endsWith('.jpg'))
        .map((name) => fileURLToPath(new URL(name, folder)));
const photos = files.map((file) => new Uint8Array(readFileSync(file)));

const loaded = await loadPipelines(new URL('../examples/ocr/pipeline.ts', import.meta.url));
const ours = await Deployment.start(choosePlan(loaded, 'ocr'), { program: loaded.program.url, workers });
const byHand = new OcrPool({ workers });
await byHand.ready();

const photoAt = (/** @type {number} */ i) => /** @type {Uint8Array} */ (photos[i % photos.length]);
const readOurs = async (/** @type {number} */ i) => (await ours.run([{ photo: photoAt(i) }]))[0]?.lines;
const readByHand = (/** @type {number} */ i) => byHand.read(photoAt(i));

for (const i of photos.keys()) assert.deepEqual(plain(await readOurs(i)), plain(await readByHand(i)), `the answers differ for ${files[i]}`);

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [{ claim: 'same answers', bar: 'every line', measured: `${photos.length} photos`, holds: true }];
const figures = {};
for (const concurrency of [1, 8]) {
  const costs = await interleave(
    [
      { name: 'by hand', round: () => closedLoop(requests, concurrency, readByHand) },
      { name: 'flowserve', round: () => closedLoop(requests, concurrency, readOurs) },
    ],
    rounds,
  );
  const wall = pairedRatio(column(costs, 'by hand', 'wallMs'), column(costs, 'flowserve', 'wallMs'));
  const cpu = pairedRatio(column(costs, 'flowserve', 'cpuMs'), column(costs, 'by hand', 'cpuMs'));
  bars.push({ claim: `throughput, ${concurrency} at a time`, bar: '≥ 0.95', measured: printRatio(wall), holds: isAtLeast(wall, 0.95) });
  bars.push({ claim: `CPU per photo, ${concurrency} at a time`, bar: '–', measured: printRatio(cpu), holds: true });
  Object.assign(figures, { [concurrency]: { wall, cpu, costs: Object.fromEntries(costs) } });
}

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
await closedLoop(16, 8, readOurs);
delay.disable();
const p99Ms = delay.percentile(99) / 1e6;
bars.push({ claim: `event-loop delay p99, ${workers} worker(s)`, bar: '≤ 10 ms', measured: `${p99Ms.toFixed(2)} ms`, holds: p99Ms <= 10 });

await Promise.all([ours.close(), byHand.close()]);
report('ocr', bars, { workers, photos: files.length, ...figures }, plot);

/**
 * @param {Map<string, import('./harness/rounds.mjs').Cost[]>} costs
 * @param {string} name
 * @param {'wallMs' | 'cpuMs'} key
 */
function column(costs, name, key) {
  return (costs.get(name) ?? []).map((cost) => cost[key]);
}

/** Answers as plain JSON, in which both ways of writing a list are the same. @param {unknown} lines */
function plain(lines) {
  return JSON.parse(JSON.stringify(lines, ['text', 'confidence', 'box']));
}
