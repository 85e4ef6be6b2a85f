// @ts-check
// A stage that answers several rows at a time, in a simulator: by the batcher of the server, and by pairs of a fixed size and wait.
import {
  arrive,
  Batcher,
  FlowError,
  logNormal,
  poissonArrivals,
  RequestScope,
  seededRandom,
  sleep,
  VirtualClock,
} from '../../dist/internals.js';
import { FixedBatcher } from '../baselines/batching/fixed-batcher.mjs';

export const maxBatch = 32;
export const pairs = [1, 2, 4, 8, 16, 32].flatMap((size) => (size === 1 ? [0] : [0, 2, 5, 10, 20]).map((waitMs) => ({ size, waitMs })));

const late = new FlowError('DEADLINE_EXCEEDED', 'late');

/**
 * @typedef {object} Situation
 * @property {(rows: number) => number} costMs what a call of so many rows takes on average
 * @property {number} spread how much calls of one size differ: the deviation of the logarithm
 * @property {number} perSecond
 * @property {number} timeMs that a request has
 * @property {number} requests a tenth of them are not counted: in these everything begins
 * @property {number} seed
 *
 * @typedef {object} Score
 * @property {number} inTime part of the requests that were answered in time
 * @property {number} meanMs of those
 *
 * @typedef {(deadlineMs: number, settle: (isDone: boolean) => void) => void} Submit
 * @typedef {(situation: Situation, clock: VirtualClock, drawMs: (rows: number) => number) => Submit} Start
 */

/** The highest rate in rows per ms, and the smallest size that comes near it. @param {(rows: number) => number} costMs */
export function bestOf(costMs) {
  const sizes = Array.from({ length: maxBatch }, (_, i) => i + 1);
  const rate = Math.max(...sizes.map((rows) => rows / costMs(rows)));
  return { rate, size: sizes.find((rows) => rows / costMs(rows) >= 0.97 * rate) ?? maxBatch };
}

/**
 * @param {Situation} situation
 * @param {Start} start
 * @returns {Promise<Score>}
 */
export async function simulate(situation, start) {
  const { perSecond, timeMs, requests, seed } = situation;
  const clock = new VirtualClock();
  const submit = start(situation, clock, drawing(situation));
  let [inTime, sumMs] = [0, 0];
  arrive(clock, first(requests, poissonArrivals(seededRandom(seed), perSecond)), Number.POSITIVE_INFINITY, (index) => {
    const startMs = clock.now();
    submit(startMs + timeMs, (isDone) => {
      if (!isDone || index < requests / 10 || clock.now() > startMs + timeMs + 1e-6) return;
      inTime++;
      sumMs += clock.now() - startMs;
    });
  });
  await clock.run();
  return { inTime: inTime / (requests * 0.9), meanMs: sumMs / inTime };
}

/** What the next call takes: their mean is what `costMs` says. @param {Situation} situation @returns {(rows: number) => number} */
function drawing({ costMs, spread, seed }) {
  if (spread === 0) return costMs;
  const random = seededRandom(seed + 1000);
  return (rows) => costMs(rows) * logNormal(random, -(spread ** 2) / 2, spread);
}

/** @param {number} count @param {Iterable<number>} times */
function* first(count, times) {
  let index = 0;
  for (const time of times) {
    if (index++ >= count) return;
    yield time;
  }
}

/** @param {{ size: number, waitMs: number }} pair @returns {Start} */
export function fixedPair(pair) {
  return ({ costMs }, clock, drawMs) => {
    const batcher = new FixedBatcher({ clock, costMs, ...pair, call: (rows, onDone) => clock.after(drawMs(rows), onDone) });
    return (deadlineMs, settle) => batcher.submit({ deadlineMs, settle });
  };
}

const nothing = () => {};
const meter = { called: nothing, failed: nothing, blocked: nothing, sent: nothing, waited: nothing };

/** @type {Start} */
export function adaptive(_, clock, drawMs) {
  const batcher = new Batcher({
    clock,
    maxBatch,
    meter,
    mayRepeat: true,
    late: () => late,
    failure: (_, scope) => scope.reason ?? late,
    call: async (rows) => {
      await sleep(clock, drawMs(rows.length));
      return rows;
    },
  });
  return (deadlineMs, settle) => {
    const scope = new RequestScope(deadlineMs);
    // As a deployment does.
    const callOff = clock.after(deadlineMs - clock.now(), () => scope.end(late));
    const run = async () => batcher.run([{ n: 1 }], scope);
    run()
      .then(
        () => settle(true),
        () => settle(false),
      )
      .finally(callOff);
  };
}
