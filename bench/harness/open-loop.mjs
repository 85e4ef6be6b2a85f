// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Sends requests when they are due, whatever has become of those before, and gives when each was sent, how long it took and what it was answered.
 * @template Answer
 * @param {Iterator<number, never>} arrivals in ms from now
 * @param {number} requests
 * @param {(index: number) => Promise<Answer>} send
 * @returns {Promise<readonly { readonly sentMs: number, readonly latencyMs: number, readonly answer: Answer }[]>}
 */
export async function openLoop(arrivals, requests, send) {
  const startMs = performance.now();
  /** @type {Promise<{ sentMs: number, latencyMs: number, answer: Answer }>[]} */
  const pending = [];
  for (let i = 0; i < requests; i++) {
    const waitMs = arrivals.next().value - (performance.now() - startMs);
    if (waitMs > 0) await sleep(waitMs);
    const sentMs = performance.now();
    pending.push(send(i).then((answer) => ({ sentMs, latencyMs: performance.now() - sentMs, answer })));
  }
  return Promise.all(pending);
}
