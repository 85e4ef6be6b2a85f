// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';
import { exponential, seededRandom } from '../../dist/internals.js';

/**
 * @typedef {object} Replica that can be made to stand still
 * @property {(ms: number, begins: () => void) => Promise<void>} stand says when it begins, and settles when it is over
 *
 * @typedef {object} StallOptions
 * @property {number} everyMs between two of one replica, on average
 * @property {number} forMs
 * @property {number} seed
 */

/** Has replicas stand still at random times, each for itself, and knows afterwards when each did. */
export class Stalls {
  /** @type {{ fromMs: number, toMs: number }[][]} */
  #spans;
  #isOver = new AbortController();
  #running;

  /**
   * @param {readonly Replica[]} replicas
   * @param {StallOptions} options
   */
  constructor(replicas, { everyMs, forMs, seed }) {
    this.#spans = replicas.map(() => []);
    this.#running = replicas.map((replica, i) => {
      const random = seededRandom(seed + i);
      return this.#stall(replica, this.#spans[i], { forMs, drawMs: () => exponential(random, everyMs) });
    });
  }

  /** Settles when none stands still any more. */
  async end() {
    this.#isOver.abort();
    await Promise.all(this.#running);
  }

  /**
   * How long it takes from then on until the first replica goes on; 0 where one does, and where none is made to stand still.
   * @param {number} atMs
   */
  leastWaitMs(atMs) {
    const waits = this.#spans.map((spans) => leftOf(spans, atMs));
    return waits.length === 0 ? 0 : Math.min(...waits);
  }

  /**
   * @param {Replica} replica
   * @param {{ fromMs: number, toMs: number }[]} spans
   * @param {{ readonly forMs: number, readonly drawMs: () => number }} times
   */
  async #stall(replica, spans, { forMs, drawMs }) {
    const { signal } = this.#isOver;
    while (!signal.aborted) {
      await sleep(drawMs(), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      let fromMs = performance.now();
      await replica.stand(forMs, () => {
        fromMs = performance.now();
      });
      spans.push({ fromMs, toMs: performance.now() });
    }
  }
}

/**
 * @param {readonly { fromMs: number, toMs: number }[]} spans
 * @param {number} atMs
 */
function leftOf(spans, atMs) {
  const span = spans.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return span === undefined ? 0 : span.toMs - atMs;
}
