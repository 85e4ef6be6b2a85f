// @ts-check
// A pipeline that does nothing over HTTP, against a bare node:http server that does the same JSON work.
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
const launches = isQuick ? 7 : 15;
const rounds = 5;
/** How long a round lasts, about. */
const roundMs = isQuick ? 100 : 200;

const pipelines = fileURLToPath(new URL('./pipelines/no-op.ts', import.meta.url));
const small = row(4);
const bodies = [
  { name: 'one small row', body: JSON.stringify(small), isBar: true },
  { name: '64 rows', body: JSON.stringify({ rows: new Array(64).fill(small) }), isBar: false },
  { name: '10 KB of numbers', body: JSON.stringify(row(520)), isBar: false },
  { name: '10 KB of text', body: JSON.stringify({ ...small, label: 'naïve text — '.repeat(720) }), isBar: false },
];
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const lines = bodies
  .filter(({ name }) => only === undefined || name.includes(only))
  .flatMap(({ name, body, isBar }) =>
    [1, 32].map((connections) => ({ name: `${name}, ${connections} connection${connections === 1 ? '' : 's'}`, body, connections, isBar })),
  );

/** What a request costs each server, launch by launch: medians of its rounds. @type {Map<string, Map<string, Cost[]>>} */
const costs = new Map(lines.map(({ name }) => [name, new Map()]));
console.log('flowserve serve at its default log level, info: answers are not logged, and neither are those by hand');
for (let i = 0; i < launches; i++) await launch();
report('http', lines.flatMap(barsOf), Object.fromEntries([...costs].map(([name, byServer]) => [name, Object.fromEntries(byServer)])));

/** Starts both servers anew and measures every line. */
async function launch() {
  const servers = await Promise.all([
    MeasuredServer.start('by hand', new URL('./baselines/http/server.mjs', import.meta.url), []),
    // As users start it.
    MeasuredServer.start('flowserve', new URL('../dist/edges/cli/main.js', import.meta.url), [
      'serve',
      pipelines,
      '--port=0',
      '--admin-port=0',
    ]),
  ]);
  for (const server of servers) await warmUp(server);
  for (const { name, body, connections } of lines) {
    await sameAnswers(servers, body);
    for (const [server, cost] of await measure(servers, body, connections)) {
      const known = costs.get(name)?.get(server) ?? [];
      costs.get(name)?.set(server, [...known, cost]);
    }
  }
  await Promise.all(servers.map((server) => server.stop()));
}

/** So many requests that what runs for each of them is compiled. @param {MeasuredServer} server */
async function warmUp(server) {
  const load = await Load.open(runUrl(server), 8, JSON.stringify(small));
  await load.send(20_000);
  load.close();
}

/**
 * @param {readonly MeasuredServer[]} servers
 * @param {string} body
 * @param {number} connections
 * @returns {Promise<[string, Cost][]>}
 */
async function measure(servers, body, connections) {
  const loads = await Promise.all(servers.map((server) => Load.open(runUrl(server), connections, body)));
  const requests = await requestsPerRound(loads);
  const measured = await interleave(
    servers.map((server, i) => ({
      name: server.name,
      cpuMs: () => server.cpuMs(),
      round: () => /** @type {Load} */ (loads[i]).send(requests),
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
  while (performance.now() - startMs < 4 * roundMs) for (const load of loads) count += await load.send(256);
  return Math.max(32, Math.round((count * roundMs) / (performance.now() - startMs)));
}

/** @param {(typeof lines)[number]} line */
function barsOf({ name, isBar }) {
  const ours = costs.get(name)?.get('flowserve') ?? [];
  const theirs = costs.get(name)?.get('by hand') ?? [];
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
    {
      claim: `CPU per request ÷ by hand, ${name}`,
      bar: isBar ? '≤ 1.25' : '–',
      measured: `${printRatio(cpu)}, ${us[1]} ÷ ${us[0]} µs`,
      holds: !isBar || cpu.median <= 1.25,
    },
    {
      claim: `throughput ÷ by hand, ${name}`,
      bar: isBar ? '≥ 0.8' : '–',
      measured: printRatio(throughput),
      holds: !isBar || throughput.median >= 0.8,
    },
  ];
}

/**
 * @param {readonly MeasuredServer[]} servers
 * @param {string} body
 */
async function sameAnswers(servers, body) {
  const [theirs, answer] = await Promise.all(
    servers.map(async (server) => {
      const response = await fetch(runUrl(server), { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      return response.text();
    }),
  );
  assert.equal(answer, theirs);
}

/** @param {MeasuredServer} server */
function runUrl({ url }) {
  return `${url}/pipelines/no-op/run`;
}

/** @param {number} scores */
function row(scores) {
  return { id: 7, label: 'a label', scores: Array.from({ length: scores }, (_, i) => Math.sin(i + 1)) };
}
