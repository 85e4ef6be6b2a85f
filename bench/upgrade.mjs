// @ts-check
// A new version of a pipeline is loaded in the middle of a steady load over HTTP: what the requests of these seconds wait for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { poissonArrivals, seededRandom } from '../dist/internals.js';
import { median } from './harness/ratio.mjs';
import { report } from './harness/report.mjs';
import { plot } from './plots/upgrade.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 2 : 8;
const load = { perSecond: 100, beforeMs: 4_000, afterMs: 4_000 };
/** Those around the upgrade come in the second before the new version answers for the first time, or in the second after it. */
const AROUND_MS = 1_000;
const variants = [
  { name: 'with rows to warm up', warmsUp: true },
  { name: 'without', warmsUp: false },
];

/**
 * @typedef {object} Call
 * @property {number} atMs when it was to be sent, since the signal
 * @property {number | null} tookMs since then; null where it was not answered
 * @property {number} version that answered
 *
 * @typedef {object} Round
 * @property {readonly Call[]} calls
 * @property {number} newAfterMs from the signal to the first answer of the new version
 * @property {number} lost
 * @property {number} beforeMs p99 of the calls before the signal
 * @property {number} aroundMs p99 of those around the upgrade
 *
 * @typedef {{ readonly name: string, readonly rounds: readonly Round[] }} Variant
 */

const program = await readFile(fileURLToPath(new URL('./pipelines/upgrade.ts', import.meta.url)), 'utf8');
const folder = await mkdtemp(join(tmpdir(), 'flowserve-upgrade-'));
const main = fileURLToPath(new URL('../dist/edges/cli/main.js', import.meta.url));

/** @type {Map<string, Round[]>} */
const measured = new Map(variants.map(({ name }) => [name, []]));
for (let i = 0; i < rounds; i++) {
  for (const { name, warmsUp } of i % 2 === 0 ? variants : variants.toReversed()) measured.get(name)?.push(await round(i, warmsUp));
}
await rm(folder, { recursive: true });
/** @type {readonly Variant[]} */
const figures = [...measured].map(([name, rounds]) => ({ name, rounds }));
report('upgrade', [...figures.flatMap(barsOf), whatWarmingSaves()], { load, variants: figures }, plot);

/**
 * One server, loaded with the first version and asked for the second under load.
 * @param {number} seed
 * @param {boolean} warmsUp
 * @returns {Promise<Round>}
 */
async function round(seed, warmsUp) {
  const file = join(folder, 'upgrade.ts');
  await writeFile(file, program);
  const server = spawn(
    process.execPath,
    [main, 'serve', file, '--port', '0', '--admin-port', '0', '--workers', '1', '--log-level', 'warn'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: warmsUp ? { ...process.env, WARMS_UP: '1' } : process.env,
    },
  );
  const url = new URL('/pipelines/upgrade/run', await urlOf(server));
  const agent = new Agent({ keepAlive: true });
  await openLoop(url, agent, seed, 2_000, () => {});
  await writeFile(file, program.replace('VERSION = 1', 'VERSION = 2'));
  const calls = await openLoop(url, agent, seed + 1, load.beforeMs, () => server.kill('SIGHUP'));
  agent.destroy();
  server.kill('SIGTERM');
  await once(server, 'exit');
  return summary(calls);
}

/**
 * Callers who do not know of each other; `midway` is called between those before and those after.
 * @param {URL} url
 * @param {Agent} agent
 * @param {number} seed
 * @param {number} beforeMs
 * @param {() => void} midway
 * @returns {Promise<readonly Call[]>}
 */
async function openLoop(url, agent, seed, beforeMs, midway) {
  const midwayMs = performance.now() + beforeMs;
  const timer = setTimeout(midway, beforeMs);
  /** @type {Promise<Call>[]} */
  const calls = [];
  for (const atMs of poissonArrivals(seededRandom(seed), load.perSecond, -beforeMs)) {
    if (atMs > load.afterMs) break;
    const inMs = midwayMs + atMs - performance.now();
    if (inMs > 0) await sleep(inMs);
    calls.push(call(url, agent, atMs, midwayMs));
  }
  clearTimeout(timer);
  return Promise.all(calls);
}

/** @param {URL} url @param {Agent} agent @param {number} atMs @param {number} midwayMs @returns {Promise<Call>} */
function call(url, agent, atMs, midwayMs) {
  return new Promise((resolve) => {
    const lost = () => resolve({ atMs, tookMs: null, version: 0 });
    const outgoing = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, async (incoming) => {
      try {
        const { row } = JSON.parse(Buffer.concat(await incoming.toArray()).toString());
        if (incoming.statusCode !== 200) return lost();
        resolve({ atMs, tookMs: performance.now() - midwayMs - atMs, version: row.version });
      } catch {
        lost();
      }
    });
    outgoing.on('error', lost).end('{"word":"overhaul"}');
  });
}

/** @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, null>} server */
async function urlOf(server) {
  let said = '';
  for await (const chunk of server.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk;
    const url = /^serving at (\S+)$/m.exec(said)?.[1];
    if (url !== undefined) {
      server.stdout.resume();
      return url;
    }
  }
  throw new Error(`the server has ended; it said: ${said}`);
}

/** @param {readonly Call[]} calls @returns {Round} */
function summary(calls) {
  const newAfterMs = Math.min(...calls.filter(({ version }) => version === 2).map(({ atMs, tookMs }) => atMs + (tookMs ?? 0)));
  const isAround = (/** @type {Call} */ { atMs }) => Math.abs(atMs - newAfterMs) < AROUND_MS;
  return {
    calls: calls.map(({ atMs, tookMs, version }) => ({
      atMs: Math.round(atMs),
      tookMs: tookMs === null ? null : rounded(tookMs),
      version,
    })),
    newAfterMs: Math.round(newAfterMs),
    lost: calls.filter(({ tookMs }) => tookMs === null).length,
    beforeMs: p99(calls.filter(({ atMs }) => atMs < 0)),
    aroundMs: p99(calls.filter(isAround)),
  };
}

/** @param {readonly Call[]} calls */
function p99(calls) {
  const took = calls.flatMap(({ tookMs }) => tookMs ?? []).sort((a, b) => a - b);
  return rounded(took[Math.floor(took.length * 0.99)] ?? 0);
}

/** @param {number} ms */
function rounded(ms) {
  return Math.round(ms * 10) / 10;
}

/** @param {Variant} variant @returns {import('./harness/report.mjs').Bar[]} */
function barsOf({ name, rounds }) {
  const lost = rounds.reduce((sum, round) => sum + round.lost, 0);
  const calls = rounds.reduce((sum, round) => sum + round.calls.length, 0);
  const isThere = rounds.every(({ newAfterMs }) => Number.isFinite(newAfterMs));
  return [
    { claim: `${name}: requests lost, of ${calls}`, bar: '0', measured: String(lost), holds: lost === 0 && isThere },
    {
      claim: `${name}: from the signal to the first answer of the new version`,
      bar: '–',
      measured: spread(rounds.map(({ newAfterMs }) => newAfterMs)),
      holds: true,
    },
    { claim: `${name}: p99 before the signal`, bar: '–', measured: spread(rounds.map(({ beforeMs }) => beforeMs)), holds: true },
    { claim: `${name}: p99 in the two seconds around the upgrade`, bar: '–', measured: spread(aroundOf(rounds)), holds: true },
  ];
}

function whatWarmingSaves() {
  const [warm = 0, cold = 0] = figures.map(({ rounds }) => median(aroundOf(rounds)));
  return { claim: 'that p99 with rows ÷ without', bar: '< 1', measured: (warm / cold).toFixed(2), holds: warm < cold };
}

/** @param {readonly Round[]} rounds */
function aroundOf(rounds) {
  return rounds.map(({ aroundMs }) => aroundMs);
}

/** @param {readonly number[]} ms */
function spread(ms) {
  return `${Math.round(median(ms))} ms (${Math.min(...ms)} – ${Math.max(...ms)})`;
}
