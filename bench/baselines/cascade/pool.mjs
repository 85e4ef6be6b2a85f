// @ts-check
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/**
 * @typedef {import('./classify-photo.mjs').Answer} Answer
 * @typedef {import('./worker.mjs').Reply} Reply
 *
 * @typedef {object} Job
 * @property {Uint8Array} bytes
 * @property {(answer: Answer) => void} resolve
 * @property {(error: Error) => void} reject
 *
 * @typedef {object} Classifier
 * @property {Worker} worker
 * @property {Map<number, Job>} ongoing by number
 * @property {Promise<void>} ready
 */

/** One photo is classified while the next is decoded; a third would only wait where no other worker can take it. */
const ONGOING_PER_WORKER = 2;

/** This classifies photos in worker threads, each with its own copy of the networks. A worker that dies ends the pool. */
export class CascadePool {
  /** @type {Classifier[]} */
  #classifiers;
  /** @type {Job[]} */
  #waiting = [];
  #jobs = 0;
  /** @type {Error | undefined} */
  #ended;

  /** @param {{ workers?: number }} [options] by default one core is left to the decoder and to the caller */
  constructor({ workers = Math.max(availableParallelism() - 1, 1) } = {}) {
    this.#classifiers = Array.from({ length: workers }, () => this.#start());
  }

  /** This resolves when every worker has loaded its networks, and rejects when one cannot. */
  async ready() {
    await Promise.all(this.#classifiers.map(({ ready }) => ready));
  }

  /**
   * This classifies one photo (JPEG, PNG or WebP). The bytes are copied, then handed over without another copy:
   * the caller may send the same photo again.
   * @param {Uint8Array} bytes
   * @returns {Promise<Answer>}
   */
  classify(bytes) {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes: new Uint8Array(bytes), resolve, reject });
      this.#dispatch();
    });
  }

  /** This stops the workers; photos not classified yet are rejected. */
  async close() {
    this.#end(new Error('the pool is closed'));
    await Promise.all(this.#classifiers.map(({ worker }) => worker.terminate()));
  }

  #dispatch() {
    while (this.#waiting.length > 0) {
      const idlest = this.#classifiers.reduce((a, b) => (b.ongoing.size < a.ongoing.size ? b : a));
      if (idlest.ongoing.size >= ONGOING_PER_WORKER) return;
      const job = /** @type {Job} */ (this.#waiting.shift());
      const id = this.#jobs++;
      idlest.ongoing.set(id, job);
      idlest.worker.postMessage({ id, bytes: job.bytes }, [/** @type {ArrayBuffer} */ (job.bytes.buffer)]);
    }
  }

  /** @returns {Classifier} */
  #start() {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url));
    /** @type {Map<number, Job>} */
    const ongoing = new Map();
    /** @type {Promise<void>} */
    const ready = new Promise((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
    });
    ready.catch(() => {});
    worker.on('message', (/** @type {Reply} */ reply) => this.#settle(ongoing, reply));
    worker.on('error', (error) => this.#end(error));
    return { worker, ongoing, ready };
  }

  /**
   * @param {Map<number, Job>} ongoing
   * @param {Reply} reply
   */
  #settle(ongoing, reply) {
    if (reply === 'ready') return;
    const job = ongoing.get(reply.id);
    ongoing.delete(reply.id);
    if ('failure' in reply) job?.reject(new Error(reply.failure));
    else job?.resolve(reply.answer);
    this.#dispatch();
  }

  /** @param {Error} reason */
  #end(reason) {
    this.#ended ??= reason;
    const jobs = [...this.#waiting.splice(0), ...this.#classifiers.flatMap(({ ongoing }) => [...ongoing.values()])];
    for (const { ongoing } of this.#classifiers) ongoing.clear();
    for (const { reject } of jobs) reject(reason);
  }
}
