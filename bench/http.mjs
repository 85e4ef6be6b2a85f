// @ts-check
// A pipeline that does nothing over HTTP, against a bare node:http server that does the same JSON work.
import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { Load } from './harness/load.mjs';
import { MeasuredServer } from './harness/measured-server.mjs';
import { pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { interleave } from './harness/rounds.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 7 : 25;
/** How long a round lasts, about. */
const roundMs = isQuick ? 200 : 400;

const pipelines = fileURLToPath(new URL('./pipelines/no-op.ts', import.meta.url));
// As users start it, so with the log of the default level: refusals and failures have a line, answers have none.
const ours = await MeasuredServer.start(new URL('../dist/edges/cli/main.js', import.meta.url), [
  'serve',
  pipelines,
  '--port=0',
  '--admin-port=0',
]);
const byHand = await MeasuredServer.start(new URL('./baselines/http/server.mjs', import.meta.url), []);
const servers = [
  { name: 'by hand', server: byHand },
  { name: 'flowserve', server: ours },
];
console.log('flowserve serve at its default log level, info: answers are not logged, and neither are those by hand');

const small = row(4);
const bodies = [
  { name: 'one small row', body: JSON.stringify(small), isBar: true },
  { name: '64 rows', body: JSON.stringify({ rows: new Array(64).fill(small) }), isBar: false },
  { name: '10 KB of numbers', body: JSON.stringify(row(520)), isBar: false },
  { name: '10 KB of text', body: JSON.stringify({ ...small, label: 'naïve text — '.repeat(720) }), isBar: false },
];
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
const figures = {};
for (const { name, body, isBar } of bodies.filter((shape) => only === undefined || shape.name.includes(only))) {
  await sameAnswers(body);
  for (const connections of [1, 32]) {
    const { cpu, throughput, costs } = await compare(body, connections);
    const claim = `${name}, ${connections} connection${connections === 1 ? '' : 's'}`;
    bars.push({
      claim: `CPU per request ÷ by hand, ${claim}`,
      bar: isBar ? '≤ 1.25' : '–',
      measured: printRatio(cpu),
      holds: !isBar || cpu.median <= 1.25,
    });
    bars.push({
      claim: `throughput ÷ by hand, ${claim}`,
      bar: isBar ? '≥ 0.8' : '–',
      measured: printRatio(throughput),
      holds: !isBar || throughput.median >= 0.8,
    });
    Object.assign(figures, { [claim]: { cpu, throughput, costs: Object.fromEntries(costs) } });
  }
}
await Promise.all([ours.stop(), byHand.stop()]);
report('http', bars, figures);

/**
 * @param {string} body
 * @param {number} connections
 */
async function compare(body, connections) {
  const loads = await Promise.all(servers.map(({ server }) => Load.open(runUrl(server), connections, body)));
  const requests = await requestsPerRound(loads);
  const costs = await interleave(
    servers.map(({ name, server }, i) => ({
      name,
      cpuMs: () => server.cpuMs(),
      round: () => /** @type {Load} */ (loads[i]).send(requests),
    })),
    rounds,
  );
  for (const load of loads) load.close();
  const ourCosts = costs.get('flowserve') ?? [];
  const theirCosts = costs.get('by hand') ?? [];
  const cpu = pairedRatio(
    ourCosts.map(({ cpuMs }) => cpuMs),
    theirCosts.map(({ cpuMs }) => cpuMs),
  );
  const throughput = pairedRatio(
    theirCosts.map(({ wallMs }) => wallMs),
    ourCosts.map(({ wallMs }) => wallMs),
  );
  return { cpu, throughput, costs };
}

/** As many as fill a round, once both servers have compiled what they run often. @param {readonly Load[]} loads */
async function requestsPerRound(loads) {
  let count = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < 1500) for (const load of loads) count += await load.send(256);
  return Math.max(32, Math.round((count * roundMs) / (performance.now() - startMs)));
}

/** @param {string} body */
async function sameAnswers(body) {
  const [theirs, answer] = await Promise.all(
    servers.map(async ({ server }) => {
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
