// @ts-check
// Memory over many small requests, by way of HTTP and in process, on the event loop and across a worker thread.
import { fileURLToPath } from 'node:url';
import { loadPipelines } from '../dist/program/load-pipelines.js';
import { Deployment } from '../dist/serving/deployment.js';
import { report } from './harness/report.mjs';
import { closedLoop } from './harness/rounds.mjs';

const total = process.argv.includes('--quick') ? 20_000 : 100_000;
const parts = 10;
const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/small.ts', import.meta.url)));

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
const figures = {};
for (const plan of loaded.plans) {
  const deployment = await Deployment.start(plan, { program: loaded.program.url, workers: 1 });
  const answer = () => deployment.run([{ n: 1 }]);
  await closedLoop(total / parts, 8, answer);
  const heaps = [heapMb()];
  for (let part = 0; part < parts; part++) {
    await closedLoop(total / parts, 8, answer);
    heaps.push(heapMb());
  }
  await deployment.close();
  const growth = slope(heaps) * parts;
  bars.push({
    claim: `heap over ${total} requests, ${plan.name}`,
    bar: 'grows < 1 MB',
    measured: `${growth.toFixed(2)} MB (from ${heaps[0]?.toFixed(1)} to ${heaps.at(-1)?.toFixed(1)} MB)`,
    holds: growth < 1,
  });
  Object.assign(figures, { [plan.name]: { heapsMb: heaps } });
}
report('memory', bars, figures);

/** What is left after a full collection. */
function heapMb() {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
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
