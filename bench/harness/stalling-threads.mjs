// @ts-check

/** @typedef {{ readonly kind: 'here' | 'stands' | 'goes on', readonly threadId: number }} Answer */

/** The threads of `bench/pipelines/raced-transliteration.ts`, which stand still when they are told to. */
export class StallingThreads {
  #channel = new BroadcastChannel('flowserve stalls');
  /** @type {Set<number>} */
  #known = new Set();
  /** @type {(threadId: number) => void} */
  #found = () => {};
  /** By thread. @type {Map<number, { begins: () => void, ends: () => void }>} */
  #standing = new Map();

  constructor() {
    this.#channel.onmessage = (event) => this.#hear(/** @type {{ data: Answer }} */ (event).data);
  }

  /**
   * Waits until so many have come since it was asked last.
   * @param {number} threads
   * @returns {Promise<readonly import('./stalls.mjs').Replica[]>}
   */
  async newOnes(threads) {
    /** @type {Set<number>} */
    const come = new Set();
    await new Promise((/** @type {(value: void) => void} */ resolve) => {
      this.#found = (threadId) => {
        if (!this.#known.has(threadId)) come.add(threadId);
        if (come.size === threads) resolve();
      };
      this.#channel.postMessage({ kind: 'who' });
    });
    for (const threadId of come) this.#known.add(threadId);
    return [...come].map((threadId) => ({ stand: (ms, begins) => this.#stand(threadId, ms, begins) }));
  }

  close() {
    this.#channel.close();
  }

  /**
   * @param {number} threadId
   * @param {number} ms
   * @param {() => void} begins
   * @returns {Promise<void>}
   */
  #stand(threadId, ms, begins) {
    return new Promise((resolve) => {
      this.#standing.set(threadId, { begins, ends: resolve });
      this.#channel.postMessage({ kind: 'stand', threadId, ms });
    });
  }

  /** @param {Answer} answer */
  #hear({ kind, threadId }) {
    if (kind === 'here') this.#found(threadId);
    if (kind === 'stands') this.#standing.get(threadId)?.begins();
    if (kind === 'goes on') this.#standing.get(threadId)?.ends();
  }
}
