// @ts-check
// What each rule of the optimizer saves: a pipeline in which it has something to do, with the rule and without it.
import { fileURLToPath } from 'node:url';
import { choosePlan, Deployment, loadPipelines, ruleNames } from '../dist/internals.js';
import { pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { closedLoop, interleave } from './harness/rounds.mjs';
import { plot } from './plots/rules.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 5 : 9;
const roundMs = isQuick ? 150 : 500;
const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/rules.ts', import.meta.url)));

const small = [{ n: 1, photo: new Uint8Array(10 << 10) }];
const large = [{ n: 1, photo: new Uint8Array(1 << 20) }];
const rows = Array.from({ length: 64 }, (_, n) => ({ n, word: `word ${n}` }));
const wide = rows.map(({ n }) => ({ n, a: 'a', b: 'b', c: 'c', d: 'd', e: 'e', f: 'f', g: 'g', h: 'h' }));
/** @type {Readonly<Record<string, readonly object[]>>} */
const requests = { 'merge-maps': [{ n: 1 }], 'prune-columns': wide, 'prune-transfers': large };

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
/** @type {Record<string, object>} */
const figures = {};
for (const rule of ruleNames) {
  const plan = choosePlan(loaded, rule);
  const request = requests[rule] ?? (Object.hasOwn(plan.input, 'photo') ? small : rows);
  const options = { program: loaded.program.url, workers: 1 };
  const on = await Deployment.start(plan, options);
  const off = await Deployment.start(plan, { ...options, rules: { [rule]: false } });
  const [countOn, countOff] = [await requestsIn(roundMs, () => on.run(request)), await requestsIn(roundMs, () => off.run(request))];
  const costs = await interleave(
    [
      { name: 'on', round: () => closedLoop(countOn, 1, () => on.run(request)) },
      { name: 'off', round: () => closedLoop(countOff, 1, () => off.run(request)) },
    ],
    rounds,
  );
  await Promise.all([on.close(), off.close()]);
  const [with_, without] = [costs.get('on') ?? [], costs.get('off') ?? []];
  const cpu = pairedRatio(
    without.map(({ cpuMs }) => cpuMs),
    with_.map(({ cpuMs }) => cpuMs),
  );
  const wall = pairedRatio(
    without.map(({ wallMs }) => wallMs),
    with_.map(({ wallMs }) => wallMs),
  );
  // Copies cost what they save in time.
  if (rule !== 'race-stages') {
    bars.push({ claim: `${rule}: CPU of a request without it ÷ with it`, bar: '> 1', measured: printRatio(cpu), holds: cpu.median > 1 });
  }
  bars.push({ claim: `${rule}: time of a request without it ÷ with it`, bar: '> 1', measured: printRatio(wall), holds: wall.median > 1 });
  figures[rule] = { cpu, wall, costs: Object.fromEntries(costs) };
}
report('rules', bars, figures, plot);

/**
 * About how many requests take that long, one after another.
 * @param {number} durationMs
 * @param {() => Promise<unknown>} send
 */
async function requestsIn(durationMs, send) {
  const startMs = performance.now();
  let sent = 0;
  for (; performance.now() - startMs < durationMs; sent++) await send();
  return Math.max(1, sent);
}
