// @ts-check

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {() => Promise<number>} round does some work and gives how many requests that were
 * @property {() => Promise<number>} [cpuMs] the processor time used so far, where another process does the work
 *
 * @typedef {object} Cost of one request in one round
 * @property {number} wallMs
 * @property {number} cpuMs of the whole process that does the work
 */

/**
 * Runs the contenders in turn, A B A B …, so that a machine that slows down slows both; each first once without counting.
 * @param {readonly Contender[]} contenders
 * @param {number} rounds
 * @returns {Promise<Map<string, Cost[]>>}
 */
export async function interleave(contenders, rounds) {
  /** @type {Map<string, Cost[]>} */
  const costs = new Map(contenders.map(({ name }) => [name, []]));
  for (const { round } of contenders) await round();
  for (let i = 0; i < rounds; i++) {
    // Whoever goes first in one round goes last in the next.
    const order = i % 2 === 0 ? contenders : [...contenders].reverse();
    for (const contender of order) costs.get(contender.name)?.push(await costOf(contender));
  }
  return costs;
}

/**
 * @param {Contender} contender
 * @returns {Promise<Cost>}
 */
async function costOf({ round, cpuMs = ownCpuMs }) {
  const startCpuMs = await cpuMs();
  const startMs = performance.now();
  const requests = await round();
  const wallMs = performance.now() - startMs;
  return { wallMs: wallMs / requests, cpuMs: ((await cpuMs()) - startCpuMs) / requests };
}

async function ownCpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Answers `requests` requests with `concurrency` of them under way at a time.
 * @param {number} requests
 * @param {number} concurrency
 * @param {(index: number) => Promise<unknown>} send
 */
export async function closedLoop(requests, concurrency, send) {
  let next = 0;
  const lane = async () => {
    while (next < requests) await send(next++);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return requests;
}
