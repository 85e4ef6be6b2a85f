// @ts-check
// A tensor given back over REST as bytes, against a bare node:http server that gives the same body back.
/** @typedef {import('./harness/rounds.mjs').Cost} Cost */

import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { Load } from './harness/load.mjs';
import { MeasuredServer } from './harness/measured-server.mjs';
import { median, pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { interleave } from './harness/rounds.mjs';

const isQuick = process.argv.includes('--quick');
/** One program started twice may differ by a tenth for as long as it runs, so each is started many times. */
const launches = isQuick ? 5 : 15;
const rounds = 5;
/** How long a round lasts, about. */
const roundMs = isQuick ? 100 : 200;
const LENGTH_HEADER = 'inference-header-content-length';

const pipelines = fileURLToPath(new URL('./pipelines/tensors.ts', import.meta.url));
const requests = [
  { name: '16 B', elements: 4 },
  { name: '10 KB', elements: 2_560 },
  { name: '1 MB', elements: 262_144 },
].map(({ name, elements }) => ({ name, ...requestOf(elements) }));
const lines = requests.flatMap(({ name, ...request }) =>
  [1, 16].map((connections) => ({ name: `${name}, ${connections} connection${connections === 1 ? '' : 's'}`, ...request, connections })),
);

/** What a request costs each server, launch by launch: medians of its rounds. @type {Map<string, Map<string, Cost[]>>} */
const costs = new Map(lines.map(({ name }) => [name, new Map()]));
for (let i = 0; i < launches; i++) await launch();
report(
  'open-inference',
  lines.flatMap(barsOf),
  Object.fromEntries([...costs].map(([name, byServer]) => [name, Object.fromEntries(byServer)])),
);

/** Starts both servers anew and measures every line. */
async function launch() {
  const servers = await Promise.all([
    MeasuredServer.start('bare', new URL('./baselines/open-inference/server.mjs', import.meta.url), []),
    // As users start it.
    MeasuredServer.start('flowserve', new URL('../dist/edges/cli/main.js', import.meta.url), [
      'serve',
      pipelines,
      '--port=0',
      '--admin-port=0',
    ]),
  ]);
  for (const server of servers) await warmUp(server);
  for (const { name, body, headers, connections } of lines) {
    for (const server of servers) await givesBack(server, body, headers);
    for (const [server, cost] of await measure(servers, body, headers, connections)) {
      const known = costs.get(name)?.get(server) ?? [];
      costs.get(name)?.set(server, [...known, cost]);
    }
  }
  await Promise.all(servers.map((server) => server.stop()));
}

/** So many requests that what runs for each of them is compiled. @param {MeasuredServer} server */
async function warmUp(server) {
  const { body, headers } = requestOf(4);
  const load = await Load.open(inferUrl(server), 8, body, headers);
  await load.send(20_000);
  load.close();
}

/**
 * @param {readonly MeasuredServer[]} servers
 * @param {Buffer} body
 * @param {Readonly<Record<string, string>>} headers
 * @param {number} connections
 * @returns {Promise<[string, Cost][]>}
 */
async function measure(servers, body, headers, connections) {
  const loads = await Promise.all(servers.map((server) => Load.open(inferUrl(server), connections, body, headers)));
  const count = await requestsPerRound(loads);
  const measured = await interleave(
    servers.map((server, i) => ({
      name: server.name,
      cpuMs: () => server.cpuMs(),
      round: () => /** @type {Load} */ (loads[i]).send(count),
    })),
    rounds,
  );
  for (const load of loads) load.close();
  return [...measured].map(([name, all]) => [
    name,
    { cpuMs: median(all.map(({ cpuMs }) => cpuMs)), wallMs: median(all.map(({ wallMs }) => wallMs)) },
  ]);
}

/** As many as fill a round, once both servers have compiled what they run often. @param {readonly Load[]} loads */
async function requestsPerRound(loads) {
  let count = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < 4 * roundMs) for (const load of loads) count += await load.send(64);
  return Math.max(32, Math.round((count * roundMs) / (performance.now() - startMs)));
}

/** @param {(typeof lines)[number]} line */
function barsOf({ name }) {
  const ours = costs.get(name)?.get('flowserve') ?? [];
  const theirs = costs.get(name)?.get('bare') ?? [];
  const cpu = pairedRatio(
    ours.map(({ cpuMs }) => cpuMs),
    theirs.map(({ cpuMs }) => cpuMs),
  );
  const throughput = pairedRatio(
    theirs.map(({ wallMs }) => wallMs),
    ours.map(({ wallMs }) => wallMs),
  );
  const us = [theirs, ours].map((all) => (1000 * median(all.map(({ cpuMs }) => cpuMs))).toFixed(1));
  return [
    { claim: `throughput ÷ bare, ${name}`, bar: '≥ 0.8', measured: printRatio(throughput), holds: throughput.median >= 0.8 },
    { claim: `CPU per request ÷ bare, ${name}`, bar: '–', measured: `${printRatio(cpu)}, ${us[1]} ÷ ${us[0]} µs`, holds: true },
  ];
}

/**
 * The last bytes of an answer are those of the tensor that was sent.
 * @param {MeasuredServer} server
 * @param {Buffer} body
 * @param {Readonly<Record<string, string>>} headers
 */
async function givesBack(server, body, headers) {
  const response = await fetch(inferUrl(server), { method: 'POST', body: new Uint8Array(body), headers });
  const answer = Buffer.from(await response.arrayBuffer());
  assert.deepEqual(answer.subarray(Number(response.headers.get(LENGTH_HEADER))), body.subarray(Number(headers[LENGTH_HEADER])));
}

/** @param {MeasuredServer} server */
function inferUrl({ url }) {
  return `${url}/v2/models/echo/infer`;
}

/** The request as stock clients send it. @param {number} elements */
function requestOf(elements) {
  const data = Float32Array.from({ length: elements }, (_, i) => Math.sin(i));
  const json = JSON.stringify({
    inputs: [{ name: 'x', shape: [1, elements], datatype: 'FP32', parameters: { binary_data_size: data.byteLength } }],
    parameters: { binary_data_output: true },
  });
  return {
    body: Buffer.concat([Buffer.from(json), new Uint8Array(data.buffer)]),
    headers: { [LENGTH_HEADER]: String(Buffer.byteLength(json)) },
  };
}
