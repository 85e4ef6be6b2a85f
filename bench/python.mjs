// @ts-check
// What a call of a function in Python costs beside the least that a process in Python can do, and what replicas bring.
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { choosePlan, createRunner, Deployment, loadPipelines, loadStage, plainContext, RequestScope, stagesOf } from '../dist/internals.js';
import { startEcho } from './baselines/python/echo.mjs';
import { isAtLeast, isAtMost, pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { closedLoop, interleave } from './harness/rounds.mjs';
import { plot } from './plots/python.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 9 : 31;

const loaded = await loadPipelines(fileURLToPath(new URL('./pipelines/python.ts', import.meta.url)));
const environment = process.env.VIRTUAL_ENV;
const echo = startEcho(environment === undefined ? 'python3' : `${environment}/bin/python`);

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
const figures = {};

const pixels = { datatype: 'FP32', shape: [2 ** 18], data: new Float32Array(2 ** 18).fill(0.5) };
/** What is sent to the echo is as long as the values are. */
const calls = [
  { name: 'one number', pipeline: 'empty', rows: [{ n: 1 }], bytes: 4, bar: 2, requests: isQuick ? 1000 : 3000 },
  { name: 'one word', pipeline: 'word', rows: [{ word: 'word' }], bytes: 8, bar: undefined, requests: isQuick ? 1000 : 3000 },
  { name: '1 MB', pipeline: 'megabyte', rows: [{ x: pixels }], bytes: 2 ** 20, bar: 1.2, requests: isQuick ? 60 : 150 },
];
for (const call of calls) await measure(call);
await echo.close();
for (const [name, what] of [
  ['sleeping', 'a function that sleeps for 5 ms'],
  ['computing', 'a function that computes for 5 ms'],
]) {
  await scale(name, what);
}
report('python', bars, figures, plot);

/**
 * A call of the stage, and a whole request of a pipeline that is the stage alone, each beside an echo.
 * @param {typeof calls[number]} call
 */
async function measure({ name, pipeline, rows, bytes, bar, requests }) {
  const deployment = await start(pipeline, 1);
  const forRequests = child();
  const stage = await stageOf(pipeline);
  const forCalls = child(forRequests);
  const message = new Uint8Array(bytes).fill(7);
  assert.deepEqual(await deployment.run(rows), rows);
  assert.deepEqual(await stage.run(rows), rows);
  assert.deepEqual(new Uint8Array(await echo.send(message)), message);
  const costs = await interleave(
    [
      { name: 'call', round: () => closedLoop(requests, 1, () => stage.run(rows)), cpuMs: () => cpuMs(forCalls) },
      { name: 'request', round: () => closedLoop(requests, 1, () => deployment.run(rows)), cpuMs: () => cpuMs(forRequests) },
      { name: 'echo', round: () => closedLoop(requests, 1, () => echo.send(message)), cpuMs: () => cpuMs(echo.pid) },
    ],
    rounds,
  );
  await deployment.close();
  await stage.close();
  const of = (/** @type {string} */ contender, /** @type {'wallMs' | 'cpuMs'} */ what) =>
    (costs.get(contender) ?? []).map((cost) => cost[what]);
  const ratio = (/** @type {string} */ contender, /** @type {'wallMs' | 'cpuMs'} */ what) =>
    pairedRatio(of(contender, what), of('echo', what));
  const cpu = ratio('call', 'cpuMs');
  const isHeld = bar === undefined || isAtMost(cpu, bar);
  bars.push({
    claim: `${name}: CPU of a call ÷ an echo`,
    bar: bar === undefined ? '–' : `≤ ${bar}`,
    measured: printRatio(cpu),
    holds: isHeld,
  });
  bars.push({ claim: '  its time', bar: '–', measured: printRatio(ratio('call', 'wallMs')), holds: true });
  bars.push({ claim: '  CPU of a whole request', bar: '–', measured: printRatio(ratio('request', 'cpuMs')), holds: true });
  Object.assign(figures, { [name]: Object.fromEntries(costs) });
}

/** The stage of a pipeline, without what a request costs before and after it. @param {string} pipeline */
async function stageOf(pipeline) {
  const [spec] = [...stagesOf(choosePlan(loaded, pipeline).output).values()];
  const stage = await loadStage(spec, { index: 0 }, plainContext);
  const nothing = () => {};
  const meter = {
    called: nothing,
    failed: nothing,
    blocked: nothing,
    sent: nothing,
    waited: nothing,
    raced: nothing,
    extra: nothing,
    uncancelled: nothing,
  };
  const runner = createRunner(stage, { spec, state: undefined, clock: plainContext.clock, meter });
  assert(runner.kind === 'rows');
  return {
    run: async (/** @type {readonly Readonly<Record<string, unknown>>[]} */ rows) => runner.run(rows, new RequestScope()),
    close: () => stage.close(),
  };
}

/**
 * Requests a second, eight under way, with more and more replicas beside one.
 * @param {string} name
 * @param {string} what
 */
async function scale(name, what) {
  const replicas = [1, 2, 4];
  const deployments = await Promise.all(replicas.map((workers) => start(name, workers)));
  const requests = isQuick ? 40 : 80;
  const contenders = deployments.map((deployment, i) => ({
    name: `${replicas[i]}`,
    round: () => closedLoop(requests, 8, () => deployment.run([{ n: 1 }])),
  }));
  const costs = await interleave(contenders, isQuick ? 5 : 15);
  await Promise.all(deployments.map((deployment) => deployment.close()));
  const of = (/** @type {number} */ count) => (costs.get(`${count}`) ?? []).map(({ wallMs }) => wallMs);
  for (const count of [2, 4]) {
    const ratio = pairedRatio(of(1), of(count));
    const claim = `${what}: throughput with ${count} replicas ÷ with 1 (${availableParallelism()} cores)`;
    // Who computes gains what the other cores have to spare.
    const isBarred = name === 'sleeping';
    const bar = isBarred ? `≥ ${(0.8 * count).toFixed(1)}` : '–';
    bars.push({ claim, bar, measured: printRatio(ratio), holds: !isBarred || isAtLeast(ratio, 0.8 * count) });
  }
  Object.assign(figures, { [name]: Object.fromEntries(costs) });
}

/** @param {string} name @param {number} workers */
function start(name, workers) {
  return Deployment.start(choosePlan(loaded, name), { program: loaded.program.url, workers });
}

/** The process of the stage that has been started last. @param {number} [other] one that was started before */
function child(other) {
  const processes = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const pids = processes.split('\n').filter((line) => line.includes('flowserve_worker'));
  return pids.map((line) => Number.parseInt(line, 10)).find((pid) => pid !== other) ?? 0;
}

/** The processor time used so far by this process and its child. @param {number} pid */
async function cpuMs(pid) {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childCpuMs(pid);
}

/** Where there is no /proc, that of this process alone counts. @param {number} pid */
function childCpuMs(pid) {
  try {
    // In nanoseconds, which /proc/PID/stat does not have.
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}
