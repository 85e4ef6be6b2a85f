// @ts-check
// Malformed requests against a running server: does any crash it, leak, or slow the next good request?
import { connect } from 'node:net';
import { bundleProgram } from '../dist/internals.js';
import { isAtMost, median, pairedRatio } from './harness/ratio.mjs';
import { printRatio, report } from './harness/report.mjs';
import { plot } from './plots/bad-input.mjs';

/** @typedef {{ name: string, bytes: Buffer, afterwards: 'wait' | 'finish' | 'reset' }} BadRequest */

const { badRequests, lengths, everything, reverse, serveHere } = await importTests(['bad-input-cases.ts', 'http-fixtures.ts']);
const passes = process.argv.includes('--quick') ? 2 : 10;

const server = await serveHere([lengths, everything, reverse], { maxBodyBytes: 2 ** 21, maxRows: 1000 });
const { hostname, port } = new URL(server.url);

for (let i = 0; i < 500; i++) await goodMs();
await pass(badRequests);
const before = heapMb();
/** Each good request just after a bad one, and one after another good one. @type {{ afterBadMs: number, afterGoodMs: number }[]} */
const passesMs = [];
for (let i = 0; i < passes; i++) passesMs.push(await pass(badRequests));
const grownMb = heapMb() - before;
const { ongoing, bytesInFlight } = server.load;
await server.close();

const slower = pairedRatio(
  passesMs.map(({ afterBadMs }) => afterBadMs),
  passesMs.map(({ afterGoodMs }) => afterGoodMs),
);
report(
  'bad-input',
  [
    { claim: 'malformed requests, all different', bar: '≥ 200', measured: String(badRequests.length), holds: badRequests.length >= 200 },
    { claim: `good answers after each, ${passes + 1} passes`, bar: 'every one', measured: 'every one', holds: true },
    {
      claim: 'time of a good request after a bad one ÷ after a good one',
      bar: '≤ 1.1',
      measured: printRatio(slower),
      holds: isAtMost(slower, 1.1),
    },
    { claim: `heap after ${passes} passes`, bar: 'grows < 1 MB', measured: `${grownMb.toFixed(2)} MB`, holds: grownMb < 1 },
    {
      claim: 'requests and bytes left in flight',
      bar: '0',
      measured: `${ongoing}, ${bytesInFlight}`,
      holds: ongoing === 0 && bytesInFlight === 0,
    },
  ],
  { passesMs },
  plot,
);

/** @param {readonly BadRequest[]} requests */
async function pass(requests) {
  const afterBad = [];
  const afterGood = [];
  for (const request of requests) {
    await sendBad(request);
    afterBad.push(await goodMs());
    afterGood.push(await goodMs());
  }
  return { afterBadMs: median(afterBad), afterGoodMs: median(afterGood) };
}

/** One good request on a connection of its own, which must be answered rightly; how long it took. */
async function goodMs() {
  const startMs = performance.now();
  const response = await fetch(`${server.url}/pipelines/lengths/run`, {
    method: 'POST',
    body: '{"rows":[{"word":"good"}]}',
    headers: { 'content-type': 'application/json' },
  });
  const answer = await response.text();
  if (answer !== '{"rows":[{"word":"good","length":4}]}') throw new Error(`a good request was answered by ${answer}`);
  return performance.now() - startMs;
}

/**
 * @param {BadRequest} request
 * @returns {Promise<void>}
 */
function sendBad({ bytes, afterwards }) {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
    socket.write(bytes, () => {
      if (afterwards === 'finish') socket.end();
      if (afterwards === 'reset') socket.resetAndDestroy();
    });
  });
}

/** What is left after a full collection. */
function heapMb() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/**
 * The cases are those of the tests, which are TypeScript.
 * @param {readonly string[]} files
 */
async function importTests(files) {
  const modules = files.map(async (file) => import((await bundleProgram(new URL(`../test/end-to-end/${file}`, import.meta.url))).url));
  return Object.assign({}, ...(await Promise.all(modules)));
}
