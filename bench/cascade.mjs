// @ts-check
// Photos classified by the pipeline of examples/cascade against the same models by hand: throughput and answers.
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { choosePlan, Deployment, loadPipelines } from '../dist/internals.js';
import { setUp } from '../examples/cascade/set-up.mjs';
import { CascadePool } from './baselines/cascade/pool.mjs';
import { isAtLeast, pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { closedLoop, interleave } from './harness/rounds.mjs';
import { plot } from './plots/cascade.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 7 : 15;
const requests = isQuick ? 24 : 48;
const workers = Math.max(1, availableParallelism() - 1);

const folder = new URL('../examples/cascade/photos/', import.meta.url);
const given = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const files =
  given.length > 0
    ? given
    : readdirSync(folder)
        .filter((name) => name.endsWith('.jpg'))
        .map((name) => fileURLToPath(new URL(name, folder)));
const photos = files.map((file) => new Uint8Array(readFileSync(file)));

await setUp();
const loaded = await loadPipelines(new URL('../examples/cascade/pipeline.ts', import.meta.url));
const ours = await Deployment.start(choosePlan(loaded, 'cascade'), { program: loaded.program.url, workers });
const byHand = new CascadePool({ workers });
await byHand.ready();

const photoAt = (/** @type {number} */ i) => /** @type {Uint8Array} */ (photos[i % photos.length]);
const classifyOurs = async (/** @type {number} */ i) => (await ours.run([{ photo: photoAt(i) }]))[0];
const classifyByHand = (/** @type {number} */ i) => byHand.classify(photoAt(i));

const answers = await Promise.all(photos.map((_, i) => classifyByHand(i)));
for (const [i, answer] of answers.entries()) assert.deepEqual({ ...(await classifyOurs(i)) }, answer, `the answers differ for ${files[i]}`);
const unsure = answers.filter(({ model }) => model !== 'MobileNetV2').length;

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [{ claim: 'same answers', bar: 'to the bit', measured: `${photos.length} photos, ${unsure} by both networks`, holds: true }];
const figures = {};
for (const concurrency of [1, 8]) {
  const costs = await interleave(
    [
      { name: 'by hand', round: () => closedLoop(requests, concurrency, classifyByHand) },
      { name: 'flowserve', round: () => closedLoop(requests, concurrency, classifyOurs) },
    ],
    rounds,
  );
  const wall = pairedRatio(column(costs, 'by hand', 'wallMs'), column(costs, 'flowserve', 'wallMs'));
  const cpu = pairedRatio(column(costs, 'flowserve', 'cpuMs'), column(costs, 'by hand', 'cpuMs'));
  bars.push({ claim: `throughput, ${concurrency} at a time`, bar: '≥ 0.95', measured: printRatio(wall), holds: isAtLeast(wall, 0.95) });
  bars.push({ claim: `CPU per photo, ${concurrency} at a time`, bar: '–', measured: printRatio(cpu), holds: true });
  Object.assign(figures, { [concurrency]: { wall, cpu, costs: Object.fromEntries(costs) } });
}

await Promise.all([ours.close(), byHand.close()]);
report('cascade', bars, { workers, photos: files.length, ...figures }, plot);

/**
 * @param {Map<string, import('./harness/rounds.mjs').Cost[]>} costs
 * @param {string} name
 * @param {'wallMs' | 'cpuMs'} key
 */
function column(costs, name, key) {
  return (costs.get(name) ?? []).map((cost) => cost[key]);
}
