// @ts-check
// A chain of stages on a worker thread against one stage, and stages that are not fused against a bare loop of transfers.
import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { choosePlan, Deployment, loadPipelines } from '../dist/internals.js';
import { Hops } from './baselines/fusion/hops.mjs';
import { isAtMost, pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { closedLoop, interleave } from './harness/rounds.mjs';
import { plot } from './plots/fusion.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 7 : 21;
const seconds = isQuick ? 0.15 : 0.4;
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const sizes = [
  { name: '10 KB', length: 10 * 2 ** 10, aboutMs: 0.03 },
  { name: '100 KB', length: 100 * 2 ** 10, aboutMs: 0.06 },
  { name: '1 MB', length: 2 ** 20, aboutMs: 0.3 },
  { name: '10 MB', length: 10 * 2 ** 20, aboutMs: 3 },
].filter(({ name }) => only === undefined || name === only);
const chains = [1, 2, 5, 10];
/** The longer ones take a thread for each stage, and as many by hand. */
const hops = isQuick ? [1, 2, 3] : [1, 2, 3, 5, 10];

const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/fusion.ts', import.meta.url)));
const chain = await Promise.all(chains.map((stages) => start(`fused-${stages}`)));
const apart = await Promise.all(hops.map(startApart));
const bare = hops.map((workers) => new Hops(workers));

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
const figures = {};
for (const { name, length, aboutMs } of sizes) {
  const photo = new Uint8Array(length).fill(7);
  for (const deployment of [...chain, ...apart]) assert.deepEqual(await deployment.run([{ photo }]), [{ photo }]);
  const requests = Math.max(5, Math.round((seconds * 1000) / aboutMs));
  const loop = (/** @type {() => Promise<unknown>} */ send) => ({ round: () => closedLoop(requests, 1, send) });
  const costs = await interleave(
    [
      ...chain.map((deployment, i) => ({ name: `fused ${chains[i]}`, ...loop(() => deployment.run([{ photo }])) })),
      ...apart.map((deployment, i) => ({ name: `apart ${hops[i]}`, ...loop(() => deployment.run([{ photo }])) })),
      ...bare.map((loops, i) => ({ name: `bare ${hops[i]}`, ...loop(() => loops.send(photo)) })),
    ],
    rounds,
  );
  const of = (/** @type {string} */ contender) => (costs.get(contender) ?? []).map(({ cpuMs }) => cpuMs);
  for (const stages of chains.slice(1)) {
    const ratio = pairedRatio(of(`fused ${stages}`), of('fused 1'));
    bars.push({ claim: `${name}: ${stages} stages fused ÷ one`, bar: '≤ 1.1', measured: printRatio(ratio), holds: isAtMost(ratio, 1.1) });
  }
  for (const count of hops) {
    const ratio = pairedRatio(of(`apart ${count}`), of(`bare ${count}`));
    const claim = `${name}: ${count} ${count === 1 ? 'hop' : 'hops'} ÷ bare transfers`;
    bars.push({ claim, bar: '≤ 1.3', measured: printRatio(ratio), holds: isAtMost(ratio, 1.3) });
  }
  Object.assign(figures, { [name]: Object.fromEntries(costs) });
}
await Promise.all([...chain, ...apart, ...bare].map((contender) => contender.close()));
report('fusion', bars, figures, plot);

/** @param {string} name @param {object} [options] */
function start(name, options = {}) {
  return Deployment.start(choosePlan(loaded, name), { program: loaded.program.url, workers: 1, ...options });
}

/** By the rule's switch where there is one, else by stages on the event loop between those on threads. @param {number} stages */
async function startApart(stages) {
  if (stages === 1) return start('apart-1');
  if (stages === 2) {
    const unfused = await start('fused-2', { rules: { 'fuse-regions': false } });
    if (unfused.physicalPlan.tasks.length === stages) return unfused;
    await unfused.close();
  }
  return start(`apart-${stages}`);
}
