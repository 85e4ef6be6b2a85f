// @ts-check
// What one call of a stage of each kind costs: a request of one row through a stage that gives back what it is given.
import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { choosePlan, loadPipelines } from '../dist/program/load-pipelines.js';
import { Deployment } from '../dist/serving/deployment.js';
import { MeasuredServer } from './harness/measured-server.mjs';
import { median } from './harness/ratio.mjs';
import { report } from './harness/report.mjs';
import { closedLoop, interleave } from './harness/rounds.mjs';

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

/** @type {Record<string, Record<string, { us: number, cpuUs: number }>>} */
const figures = Object.fromEntries(kinds.map((kind) => [kind, {}]));
for (const { size, length, requests } of sizes) {
  const costs = await measure(new Uint8Array(length).fill(7), requests);
  for (const kind of kinds) {
    const above = (/** @type {'wallMs' | 'cpuMs'} */ what) => costs(kind, what) - costs('nothing', what);
    Object.assign(figures[kind] ?? {}, { [size]: { us: above('wallMs'), cpuUs: above('cpuMs') } });
  }
}
await Promise.all(contenders.map(({ deployment }) => deployment.close()));
await server.stop();
console.table(Object.fromEntries(kinds.map((kind) => [kind, Object.assign({}, ...sizes.map(({ size }) => columns(kind, size)))])));
report('stages', [], figures);

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

/** What a request takes, and how long this process computes for it, beyond one without the stage. @param {string} kind @param {string} size */
function columns(kind, size) {
  const { us = 0, cpuUs = 0 } = figures[kind]?.[size] ?? {};
  return { [`${size}: µs`]: rounded(us), [`${size}: µs of CPU here`]: rounded(cpuUs) };
}

/** @param {number} value */
function rounded(value) {
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
}
