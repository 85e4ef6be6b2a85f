// @ts-check
// A tensor given back over REST as bytes, against a bare node:http server that gives the same body back.
import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { isAtLeast } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { compareServers } from './harness/two-servers.mjs';
import { plot } from './plots/open-inference.mjs';

const isQuick = process.argv.includes('--quick');
const LENGTH_HEADER = 'inference-header-content-length';

const requests = [
  { name: '16 B', elements: 4 },
  { name: '10 KB', elements: 2_560 },
  { name: '1 MB', elements: 262_144 },
].map(({ name, elements }) => ({ name, ...requestOf(elements) }));

const { compared, figures } = await compareServers({
  baseline: new URL('./baselines/open-inference/server.mjs', import.meta.url),
  pipelines: fileURLToPath(new URL('./pipelines/tensors.ts', import.meta.url)),
  path: '/v2/models/echo/infer',
  lines: requests.flatMap(({ name, ...request }) =>
    [1, 16].map((connections) => ({ name: `${name}, ${connections} connection${connections === 1 ? '' : 's'}`, ...request, connections })),
  ),
  warmUp: requestOf(4),
  check: giveBack,
  launches: isQuick ? 5 : 15,
  roundMs: isQuick ? 100 : 200,
});
report('open-inference', compared.flatMap(barsOf), figures, plot);

/** @param {import('./harness/two-servers.mjs').Compared} compared */
function barsOf({ name, cpu, throughput, us }) {
  return [
    { claim: `throughput ÷ bare, ${name}`, bar: '≥ 0.8', measured: printRatio(throughput), holds: isAtLeast(throughput, 0.8) },
    { claim: `CPU per request ÷ bare, ${name}`, bar: '–', measured: `${printRatio(cpu)}, ${us}`, holds: true },
  ];
}

/** The last bytes of an answer are those of the tensor that was sent. @param {readonly string[]} urls @param {import('./harness/two-servers.mjs').Line} line */
async function giveBack(urls, { body, headers = {} }) {
  for (const url of urls) {
    const response = await fetch(url, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
    const answer = Buffer.from(await response.arrayBuffer());
    assert.deepEqual(
      answer.subarray(Number(response.headers.get(LENGTH_HEADER))),
      Buffer.from(body).subarray(Number(headers[LENGTH_HEADER])),
    );
  }
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
