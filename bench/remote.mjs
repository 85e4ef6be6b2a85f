// @ts-check
// What a call of a model on another server costs here, beside a bare client that posts the same bytes to the same bare server.
import { strict as assert } from 'node:assert';
import { deploy, pipeline, tensor } from '../dist/index.js';
import { remote } from '../dist/remote.js';
import { BareClient } from './baselines/remote/client.mjs';
import { MeasuredServer } from './harness/measured-server.mjs';
import { median, pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { closedLoop, interleave } from './harness/rounds.mjs';
import { plot } from './plots/remote.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 7 : 21;
const scale = isQuick ? 1 : 2;

const sizes = [
  { name: '16 B', length: 4, calls: 1000 * scale },
  { name: '10 KB', length: 2560, calls: 600 * scale },
  { name: '1 MB', length: 2 ** 18, calls: 40 * scale },
];
const server = await MeasuredServer.start(
  'server',
  new URL('./baselines/remote/server.mjs', import.meta.url),
  sizes.map(({ length }) => String(length)),
);

/** @type {import('./harness/report.mjs').Bar[]} */
const bars = [];
const figures = {};
for (const { name, length, calls } of sizes) {
  for (const connections of [1, 8]) {
    const what = `${name}, ${connections === 1 ? 'one call at a time' : `${connections} calls at a time`}`;
    const { ratio, micros } = await compare(length, calls, connections);
    bars.push({ claim: `CPU ÷ bare client, ${what}`, bar: '–', measured: printRatio(ratio), holds: true });
    bars.push({
      claim: '  CPU µs a call: ours, bare',
      bar: '–',
      measured: `${micros.ours.toFixed(0)}, ${micros.bare.toFixed(0)}`,
      holds: true,
    });
    Object.assign(figures, { [what]: { ratio, micros } });
  }
}
await server.stop();
report('remote', bars, figures, plot);

/**
 * @param {number} length
 * @param {number} calls
 * @param {number} connections
 */
async function compare(length, calls, connections) {
  const column = tensor('FP32', [length]);
  const vector = remote({
    name: 'vector',
    url: server.url,
    model: `vector-${length}`,
    input: { x: column },
    output: { y: column },
    connections,
  });
  const deployed = await deploy(pipeline('calling', { x: column }, (rows) => rows.map(vector)));
  /** @type {{ datatype: 'FP32', shape: [number], data: Float32Array }} */
  const x = { datatype: 'FP32', shape: [length], data: Float32Array.from({ length }, (_, i) => i) };
  const bare = new BareClient(server.url, `/v2/models/vector-${length}/infer`, connections, requestOf(x));
  assert.deepEqual(await deployed.run([{ x }]), [{ y: x }]);
  const costs = await interleave(
    [
      { name: 'ours', round: () => closedLoop(calls, connections, () => deployed.run([{ x }], { timeoutMs: 10_000 })) },
      { name: 'bare', round: () => closedLoop(calls, connections, () => bare.post()) },
    ],
    rounds,
  );
  await deployed.close();
  await bare.close();
  const [ours, bares] = ['ours', 'bare'].map((name) => (costs.get(name) ?? []).map(({ cpuMs }) => cpuMs * 1000));
  return { ratio: pairedRatio(ours, bares), micros: { ours: median(ours), bare: median(bares) } };
}

/**
 * What a call of ours sends.
 * @param {{ readonly shape: readonly number[], readonly data: Float32Array }} x
 */
function requestOf({ shape, data }) {
  const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, ...shape], parameters: { binary_data_size: data.byteLength } }];
  const parameters = { timeout: 10_000_000, binary_data_output: true };
  const head = JSON.stringify({ parameters, inputs, outputs: [{ name: 'y', parameters: { binary_data: true } }] });
  return { head, bytes: new Uint8Array(data.buffer) };
}
