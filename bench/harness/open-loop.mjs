// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Sends requests when they are due, whatever has become of those before, and gives when each was sent and how long it took.
 * @param {Iterator<number, never>} arrivals in ms from now
 * @param {number} requests
 * @param {(index: number) => Promise<unknown>} send
 * @returns {Promise<readonly { readonly sentMs: number, readonly latencyMs: number }[]>}
 */
export async function openLoop(arrivals, requests, send) {
  const startMs = performance.now();
  /** @type {Promise<{ sentMs: number, latencyMs: number }>[]} */
  const pending = [];
  for (let i = 0; i < requests; i++) {
    const waitMs = arrivals.next().value - (performance.now() - startMs);
    if (waitMs > 0) await sleep(waitMs);
    const sentMs = performance.now();
    pending.push(send(i).then(() => ({ sentMs, latencyMs: performance.now() - sentMs })));
  }
  return Promise.all(pending);
}
