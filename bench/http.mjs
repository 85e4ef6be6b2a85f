// @ts-check
// A pipeline that does nothing over HTTP, against a bare node:http server that does the same JSON work.
import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { isAtLeast, isAtMost } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { compareServers } from './harness/two-servers.mjs';
import { plot } from './plots/http.mjs';

const isQuick = process.argv.includes('--quick');
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

console.log('flowserve serve at its default log level, info: answers are not logged, and neither are those by hand');
const { compared, figures } = await compareServers({
  baseline: new URL('./baselines/http/server.mjs', import.meta.url),
  pipelines: fileURLToPath(new URL('./pipelines/no-op.ts', import.meta.url)),
  path: '/pipelines/no-op/run',
  lines,
  warmUp: { body: JSON.stringify(small) },
  check: sameAnswers,
  launches: isQuick ? 7 : 15,
  roundMs: isQuick ? 100 : 200,
});
report('http', compared.flatMap(barsOf), figures, plot);

/** @param {import('./harness/two-servers.mjs').Compared} compared */
function barsOf({ name, cpu, throughput, us }) {
  const isBar = lines.find((line) => line.name === name)?.isBar === true;
  return [
    {
      claim: `CPU per request ÷ by hand, ${name}`,
      bar: isBar ? '≤ 1.25' : '–',
      measured: `${printRatio(cpu)}, ${us}`,
      holds: !isBar || isAtMost(cpu, 1.25),
    },
    {
      claim: `throughput ÷ by hand, ${name}`,
      bar: isBar ? '≥ 0.8' : '–',
      measured: printRatio(throughput),
      holds: !isBar || isAtLeast(throughput, 0.8),
    },
  ];
}

/** @param {readonly string[]} urls @param {import('./harness/two-servers.mjs').Line} line */
async function sameAnswers(urls, { body }) {
  const [theirs, answer] = await Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url, { method: 'POST', body: String(body), headers: { 'content-type': 'application/json' } });
      return response.text();
    }),
  );
  assert.equal(answer, theirs);
}

/** @param {number} scores */
function row(scores) {
  return { id: 7, label: 'a label', scores: Array.from({ length: scores }, (_, i) => Math.sin(i + 1)) };
}
