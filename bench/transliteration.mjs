// @ts-check
// Transliteration by the pipeline of examples/transliteration against the same models by hand: throughput, processor time and answers.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { choosePlan, Deployment, loadPipelines } from '../dist/internals.js';
import { setUp } from '../examples/transliteration/set-up/set-up.mjs';
import { TransliterationPool } from './baselines/transliteration/pool.mjs';
import { processTreeCpuMs } from './harness/process-tree-cpu.mjs';
import { isAtLeast, pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { closedLoop, interleave } from './harness/rounds.mjs';
import { plot } from './plots/transliteration.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 9 : 25;
const requests = isQuick ? 48 : 192;
/** So many before anything is measured: a text takes few calls of each function, which are slow until they have been optimized. */
const warmUp = isQuick ? 3000 : 6000;
const workers = Math.max(1, availableParallelism() - 1);

await setUp({ say: (line) => console.error(`• ${line}`) });
const example = new URL('../examples/transliteration/', import.meta.url);
/** @type {{ text: string }[]} */
const texts = JSON.parse(readFileSync(new URL('texts.json', example), 'utf8'));

const loaded = await loadPipelines(new URL('pipeline.ts', example));
const ours = await Deployment.start(choosePlan(loaded, 'transliteration'), { program: loaded.program.url, workers });
const byHand = new TransliterationPool({ workers });
await byHand.ready();

const textAt = (/** @type {number} */ i) => texts[i % texts.length].text;
const askOurs = async (/** @type {number} */ i) => (await ours.run([{ text: textAt(i) }]))[0];
const askByHand = (/** @type {number} */ i) => byHand.transliterate(textAt(i));

for (const i of texts.keys()) assert.deepEqual({ ...(await askOurs(i)) }, await askByHand(i), `the answers differ for ${textAt(i)}`);

for (const ask of [askOurs, askByHand]) for (const concurrency of [16, 1]) await closedLoop(warmUp / 2, concurrency, ask);

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [{ claim: 'same answers', bar: 'every text', measured: `${texts.length} texts`, holds: true }];
const figures = {};
for (const concurrency of [1, 8]) {
  const costs = await interleave(
    [
      { name: 'by hand', round: () => closedLoop(requests, concurrency, askByHand), cpuMs: processTreeCpuMs },
      { name: 'flowserve', round: () => closedLoop(requests, concurrency, askOurs), cpuMs: processTreeCpuMs },
    ],
    rounds,
  );
  const wall = pairedRatio(column(costs, 'by hand', 'wallMs'), column(costs, 'flowserve', 'wallMs'));
  const cpu = pairedRatio(column(costs, 'flowserve', 'cpuMs'), column(costs, 'by hand', 'cpuMs'));
  bars.push({ claim: `throughput, ${concurrency} at a time`, bar: '≥ 0.95', measured: printRatio(wall), holds: isAtLeast(wall, 0.95) });
  bars.push({ claim: `CPU per text, ${concurrency} at a time`, bar: '–', measured: printRatio(cpu), holds: true });
  Object.assign(figures, { [concurrency]: { wall, cpu, costs: Object.fromEntries(costs) } });
}

await Promise.all([ours.close(), byHand.close()]);
report('transliteration', bars, { workers, texts: texts.length, ...figures }, plot);

/**
 * @param {Map<string, import('./harness/rounds.mjs').Cost[]>} costs
 * @param {string} name
 * @param {'wallMs' | 'cpuMs'} key
 */
function column(costs, name, key) {
  return (costs.get(name) ?? []).map((cost) => cost[key]);
}
