// @ts-check
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/**
 * @typedef {import('./read-photo.mjs').Line} Line
 * @typedef {import('./worker.mjs').Reply} Reply
 *
 * @typedef {object} Job
 * @property {Uint8Array} bytes
 * @property {(lines: Line[]) => void} resolve
 * @property {(error: Error) => void} reject
 *
 * @typedef {object} Reader
 * @property {Worker} worker
 * @property {Map<number, Job>} ongoing by number
 * @property {Promise<void>} ready
 * @property {boolean} isLoaded
 */

/** One photo is read while the next is decoded; a third would only wait where no other worker can take it. */
const ONGOING_PER_WORKER = 2;

/** This reads photos in worker threads, each with its own copy of the models. */
export class OcrPool {
  /** @type {Reader[]} */
  #readers = [];
  /** @type {Job[]} */
  #waiting = [];
  #jobs = 0;
  #closed = false;

  /** @param {{ workers?: number }} [options] by default one core is left to the decoder and to the caller */
  constructor({ workers = Math.max(availableParallelism() - 1, 1) } = {}) {
    for (let started = 0; started < workers; started++) this.#start();
  }

  /** This resolves when every worker has loaded its models, and rejects when one cannot. */
  async ready() {
    await Promise.all(this.#readers.map(({ ready }) => ready));
  }

  /**
   * This reads one photo (JPEG, PNG or WebP). The bytes are copied, then handed over without another copy:
   * the caller may send the same photo again.
   * @param {Uint8Array} bytes
   * @returns {Promise<Line[]>}
   */
  read(bytes) {
    if (this.#closed) return Promise.reject(new Error('the pool is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes: new Uint8Array(bytes), resolve, reject });
      this.#dispatch();
    });
  }

  /** This stops the workers; photos not read yet are rejected. */
  async close() {
    this.#closed = true;
    this.#rejectWaiting('the pool is closed');
    await Promise.all(this.#readers.map(({ worker }) => worker.terminate()));
  }

  #dispatch() {
    if (this.#readers.length === 0) this.#rejectWaiting('no worker could load its models');
    while (this.#waiting.length > 0) {
      const idlest = this.#readers.reduce((a, b) => (b.ongoing.size < a.ongoing.size ? b : a));
      if (idlest.ongoing.size >= ONGOING_PER_WORKER) return;
      const job = /** @type {Job} */ (this.#waiting.shift());
      const id = this.#jobs++;
      idlest.ongoing.set(id, job);
      idlest.worker.postMessage({ id, bytes: job.bytes }, [/** @type {ArrayBuffer} */ (job.bytes.buffer)]);
    }
  }

  #start() {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url));
    /** @type {Reader} */
    const reader = { worker, ongoing: new Map(), ready: isReady(worker), isLoaded: false };
    reader.ready.catch(() => {});
    worker.on('message', (/** @type {Reply} */ reply) => this.#settle(reader, reply));
    worker.on('error', (error) => this.#rejectOngoing(reader, error));
    worker.on('exit', () => this.#replace(reader));
    this.#readers.push(reader);
  }

  /**
   * @param {Reader} reader
   * @param {Reply} reply
   */
  #settle(reader, reply) {
    if (reply === 'ready') {
      reader.isLoaded = true;
      return;
    }
    const job = reader.ongoing.get(reply.id);
    reader.ongoing.delete(reply.id);
    if ('failure' in reply) job?.reject(new Error(reply.failure));
    else job?.resolve(reply.lines);
    this.#dispatch();
  }

  /**
   * A worker that dies takes its own photos with it and is replaced, unless it never loaded: the next would not either.
   * @param {Reader} reader
   */
  #replace(reader) {
    this.#rejectOngoing(reader, new Error(this.#closed ? 'the pool is closed' : 'a worker stopped'));
    this.#readers = this.#readers.filter((other) => other !== reader);
    if (this.#closed) return;
    if (reader.isLoaded) this.#start();
    this.#dispatch();
  }

  /**
   * @param {Reader} reader
   * @param {Error} cause
   */
  #rejectOngoing(reader, cause) {
    for (const job of reader.ongoing.values()) job.reject(cause);
    reader.ongoing.clear();
  }

  /** @param {string} reason */
  #rejectWaiting(reason) {
    for (const job of this.#waiting.splice(0)) job.reject(new Error(reason));
  }
}

/**
 * @param {Worker} worker
 * @returns {Promise<void>}
 */
function isReady(worker) {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('a worker stopped before it was ready')));
  });
}
