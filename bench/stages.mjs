// @ts-check
// What one call of a stage of each kind costs: a request of one row through a stage that gives back what it is given.
import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { choosePlan, Deployment, loadPipelines } from '../dist/internals.js';
import { MeasuredServer } from './harness/measured-server.mjs';
import { median } from './harness/ratio.mjs';
import { report } from './harness/report.mjs';
import { closedLoop, interleave } from './harness/rounds.mjs';
import { plot } from './plots/stages.mjs';

const rounds = process.argv.includes('--quick') ? 9 : 41;
const kinds = ['row', 'row-async', 'batch', 'expander', 'thread', 'python', 'remote'];
const sizes = [
  { size: '16 B', length: 16, requests: 300 },
  { size: '10 KB', length: 10 << 10, requests: 300 },
  { size: '1 MB', length: 1 << 20, requests: 30 },
];

const server = await MeasuredServer.start('echo', new URL('../dist/edges/cli/main.js', import.meta.url), [
  'serve',
  fileURLToPath(new URL('./pipelines/echo.ts', import.meta.url)),
  '--port=0',
  '--admin-port=0',
]);
process.env.MODEL_SERVER = server.url;
const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/stages.ts', import.meta.url)));
const contenders = await Promise.all(['nothing', ...kinds].map(start));

for (const { deployment } of contenders) await closedLoop(3000, 1, () => deployment.run([{ photo: new Uint8Array(16) }]));

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
const figures = {};
for (const { size, length, requests } of sizes) {
  const costs = await measure(new Uint8Array(length).fill(7), requests);
  for (const kind of kinds) {
    const above = (/** @type {'wallMs' | 'cpuMs'} */ what) => costs(kind, what) - costs('nothing', what);
    const [us, cpuUs] = [above('wallMs'), above('cpuMs')];
    bars.push({ claim: `${kind}, ${size}`, bar: '–', measured: `${rounded(us)} µs, ${rounded(cpuUs)} µs of CPU here`, holds: true });
    Object.assign(figures, { [`${kind}, ${size}`]: { us, cpuUs } });
  }
}
await Promise.all(contenders.map(({ deployment }) => deployment.close()));
await server.stop();
report('stages', bars, figures, plot);

/** @param {string} name */
async function start(name) {
  return { name, deployment: await Deployment.start(choosePlan(loaded, name), { program: loaded.program.url, workers: 1 }) };
}

/** @param {Uint8Array} photo @param {number} requests */
async function measure(photo, requests) {
  for (const { deployment } of contenders) assert.deepEqual(await deployment.run([{ photo }]), [{ photo }]);
  const costs = await interleave(
    contenders.map(({ name, deployment }) => ({ name, round: () => closedLoop(requests, 1, () => deployment.run([{ photo }])) })),
    rounds,
  );
  /** In microseconds. */
  return (/** @type {string} */ name, /** @type {'wallMs' | 'cpuMs'} */ what) =>
    median((costs.get(name) ?? []).map((cost) => cost[what])) * 1000;
}

/** @param {number} value */
function rounded(value) {
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
}
