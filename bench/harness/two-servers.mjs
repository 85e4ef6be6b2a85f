// @ts-check
/** @typedef {import('./rounds.mjs').Cost} Cost */
/** @typedef {import('./ratio.mjs').Ratio} Ratio */

import { Load } from './load.mjs';
import { MeasuredServer } from './measured-server.mjs';
import { median, pairedRatio } from './ratio.mjs';
import { interleave } from './rounds.mjs';

/**
 * @typedef {object} Line one kind of request over so many connections
 * @property {string} name
 * @property {string | Buffer} body
 * @property {Readonly<Record<string, string>>} [headers]
 * @property {number} connections
 *
 * @typedef {object} Comparison
 * @property {URL} baseline the server by hand, which prints `serving at URL`
 * @property {string} pipelines the file that flowserve serves
 * @property {string} path where both are asked
 * @property {readonly Line[]} lines
 * @property {Omit<Line, 'name' | 'connections'>} warmUp
 * @property {(urls: readonly string[], line: Line) => Promise<void>} check throws where the two do not answer alike
 * @property {number} launches one program started twice may differ by a tenth for as long as it runs, so each is started many times
 * @property {number} roundMs about how long a round lasts
 *
 * @typedef {object} Compared
 * @property {string} name of the line
 * @property {Ratio} cpu of a request of flowserve, to that of the server by hand
 * @property {Ratio} throughput
 * @property {string} us processor time of both in microseconds, as `9.1 ÷ 8.0 µs`
 */

const ROUNDS = 5;

/**
 * Measures flowserve, started as users start it, against a server by hand.
 * @param {Comparison} comparison
 * @returns {Promise<{ compared: readonly Compared[], figures: Readonly<Record<string, { theirs: Cost[], ours: Cost[] }>> }>}
 */
export async function compareServers(comparison) {
  /** What a request costs each server, launch by launch: medians of its rounds. @type {Map<string, { theirs: Cost[], ours: Cost[] }>} */
  const costs = new Map(comparison.lines.map(({ name }) => [name, { theirs: [], ours: [] }]));
  for (let i = 0; i < comparison.launches; i++) await launch(comparison, costs);
  return { compared: [...costs].map(([name, both]) => compare(name, both)), figures: Object.fromEntries(costs) };
}

/** Starts both servers anew and measures every line. @param {Comparison} comparison @param {Map<string, { theirs: Cost[], ours: Cost[] }>} costs */
async function launch({ baseline, pipelines, path, lines, warmUp, check, roundMs }, costs) {
  const servers = await Promise.all([
    MeasuredServer.start('theirs', baseline, []),
    MeasuredServer.start('ours', new URL('../../dist/edges/cli/main.js', import.meta.url), [
      'serve',
      pipelines,
      '--port=0',
      '--admin-port=0',
    ]),
  ]);
  const urls = servers.map(({ url }) => url + path);
  for (const url of urls) await compile(url, warmUp);
  for (const line of lines) {
    await check(urls, line);
    const [theirs, ours] = await measure(servers, urls, line, roundMs);
    const known = costs.get(line.name);
    if (theirs !== undefined) known?.theirs.push(theirs);
    if (ours !== undefined) known?.ours.push(ours);
  }
  await Promise.all(servers.map((server) => server.stop()));
}

/** So many requests that what runs for each of them is compiled. @param {string} url @param {Comparison['warmUp']} request */
async function compile(url, { body, headers }) {
  const load = await Load.open(url, 8, body, headers);
  await load.send(20_000);
  load.close();
}

/**
 * @param {readonly MeasuredServer[]} servers
 * @param {readonly string[]} urls
 * @param {Line} line
 * @param {number} roundMs
 * @returns {Promise<Cost[]>}
 */
async function measure(servers, urls, { connections, body, headers }, roundMs) {
  const loads = await Promise.all(urls.map((url) => Load.open(url, connections, body, headers)));
  const count = await requestsPerRound(loads, roundMs);
  const measured = await interleave(
    servers.map((server, i) => ({
      name: server.name,
      cpuMs: () => server.cpuMs(),
      round: () => /** @type {Load} */ (loads[i]).send(count),
    })),
    ROUNDS,
  );
  for (const load of loads) load.close();
  return [...measured.values()].map((all) => ({
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
    wallMs: median(all.map(({ wallMs }) => wallMs)),
  }));
}

/** So many of one kind that what runs for each piece of a large body is compiled too. */
const REQUESTS_TO_COMPILE = 2_000;

/** As many as fill a round, once both servers have compiled what they run often. @param {readonly Load[]} loads @param {number} roundMs */
async function requestsPerRound(loads, roundMs) {
  for (const load of loads) await load.send(REQUESTS_TO_COMPILE);
  let count = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < 4 * roundMs) for (const load of loads) count += await load.send(64);
  return Math.max(32, Math.round((count * roundMs) / (performance.now() - startMs)));
}

/** @param {string} name @param {{ theirs: readonly Cost[], ours: readonly Cost[] }} costs @returns {Compared} */
function compare(name, { theirs, ours }) {
  const of = (/** @type {readonly Cost[]} */ all, /** @type {'cpuMs' | 'wallMs'} */ what) => all.map((cost) => cost[what]);
  const [us, them] = [ours, theirs].map((all) => (1000 * median(of(all, 'cpuMs'))).toFixed(1));
  return {
    name,
    cpu: pairedRatio(of(ours, 'cpuMs'), of(theirs, 'cpuMs')),
    throughput: pairedRatio(of(theirs, 'wallMs'), of(ours, 'wallMs')),
    us: `${us} ÷ ${them} µs`,
  };
}
