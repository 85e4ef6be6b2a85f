// @ts-check
// Memory over many small requests: on the event loop, across a worker thread, and over HTTP.
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { choosePlan, Deployment, loadPipelines, startServer } from '../dist/internals.js';
import { report } from './harness/report.mjs';
import { closedLoop } from './harness/rounds.mjs';
import { plot } from './plots/memory.mjs';

const total = process.argv.includes('--quick') ? 20_000 : 100_000;
const parts = 10;
const WARM_UP = 200_000;
const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/small.ts', import.meta.url)));
const program = loaded.program.url;

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
const figures = {};

for (const name of ['on-loop', 'on-thread']) {
  const deployment = await Deployment.start(choosePlan(loaded, name), { program, workers: 1 });
  await soak(name, () => deployment.run([{ n: 1 }]));
  await deployment.close();
}
const server = await startServer([{ plan: choosePlan(loaded, 'on-loop'), program }], { port: 0, adminPort: false });
const agent = new Agent({ keepAlive: true });
await soak('over HTTP', () => post(`${server.url}/pipelines/on-loop/run`, '{"rows":[{"n":1}]}'));
agent.destroy();
await server.close();
report('memory', bars, figures, plot);

/**
 * @param {string} name
 * @param {() => Promise<unknown>} answer
 */
async function soak(name, answer) {
  // A heap takes its time to find its size: a worker's grows for its first two hundred thousand requests, then goes up and down.
  await closedLoop(WARM_UP, 8, answer);
  const samples = [sample()];
  for (let part = 0; part < parts; part++) {
    await closedLoop(total / parts, 8, answer);
    samples.push(sample());
  }
  const heap = slope(samples.map(({ heapMb }) => heapMb)) * parts;
  const resident = slope(samples.map(({ residentMb }) => residentMb)) * parts;
  const claim = `${total} requests ${name}`;
  bars.push({ claim: `heap of the main thread, ${claim}`, bar: 'grows < 1 MB', measured: `${heap.toFixed(2)} MB`, holds: heap < 1 });
  // The heaps of worker threads are in here; the allocator keeps pages for a while, hence the wider bar.
  bars.push({
    claim: `memory of the process, ${claim}`,
    bar: 'grows < 10 MB',
    measured: `${resident.toFixed(2)} MB`,
    holds: resident < 10,
  });
  Object.assign(figures, { [name]: samples });
}

/**
 * @param {string} url
 * @param {string} body
 * @returns {Promise<void>}
 */
function post(url, body) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What is left after a full collection. */
function sample() {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapMb: (heapUsed + external) / 2 ** 20, residentMb: rss / 2 ** 20 };
}

/**
 * The least-squares slope: one late collection moves the ends, not the trend.
 * @param {readonly number[]} values
 */
function slope(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / spread;
}
