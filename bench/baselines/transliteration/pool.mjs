// @ts-check
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Languages } from './languages.mjs';

/**
 * @typedef {import('./worker.mjs').Reply} Reply
 * @typedef {{ text: string, language: string, score: number, latin: string | null }} Answer
 *
 * @typedef {object} Job
 * @property {(latin: string) => void} resolve
 * @property {(error: Error) => void} reject
 *
 * @typedef {object} Writer
 * @property {Worker} worker
 * @property {Map<number, Job>} ongoing by number
 * @property {Promise<void>} ready
 */

/** This tells the language of a text and writes Arabic and Persian ones in Latin letters, in worker threads with the models. */
export class TransliterationPool {
  #languages = new Languages();
  /** @type {Writer[]} */
  #writers;
  #jobs = 0;

  /** @param {{ workers?: number }} [options] by default one core is left to Python and to the caller */
  constructor({ workers = Math.max(availableParallelism() - 1, 1) } = {}) {
    this.#writers = Array.from({ length: workers }, startWriter);
  }

  /** This resolves when every worker has loaded its models and Python answers. */
  async ready() {
    await Promise.all([this.#languages.of([]), ...this.#writers.map(({ ready }) => ready)]);
  }

  /**
   * @param {string} text
   * @returns {Promise<Answer>}
   */
  async transliterate(text) {
    const [[language, score]] = await this.#languages.of([text]);
    const latin = language === 'ar' || language === 'fa' ? await this.#write(language, text) : null;
    return { text, language, score, latin };
  }

  async close() {
    await Promise.all([this.#languages.close(), ...this.#writers.map(({ worker }) => worker.terminate())]);
  }

  /**
   * @param {'ar' | 'fa'} language
   * @param {string} text
   * @returns {Promise<string>}
   */
  #write(language, text) {
    const idlest = this.#writers.reduce((a, b) => (b.ongoing.size < a.ongoing.size ? b : a));
    const id = this.#jobs++;
    return new Promise((resolve, reject) => {
      idlest.ongoing.set(id, { resolve, reject });
      idlest.worker.postMessage({ id, language, text });
    });
  }
}

/** @returns {Writer} */
function startWriter() {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url));
  /** @type {Map<number, Job>} */
  const ongoing = new Map();
  const ready = new Promise((resolve, reject) => {
    worker.once('message', () => resolve(undefined));
    worker.once('error', reject);
  });
  ready.catch(() => {});
  worker.on('message', (/** @type {Reply} */ reply) => settle(ongoing, reply));
  worker.on('exit', () => {
    for (const { reject } of ongoing.values()) reject(new Error('a worker stopped'));
    ongoing.clear();
  });
  return { worker, ongoing, ready };
}

/**
 * @param {Map<number, Job>} ongoing
 * @param {Reply} reply
 */
function settle(ongoing, reply) {
  if (reply === 'ready') return;
  const job = ongoing.get(reply.id);
  ongoing.delete(reply.id);
  if ('failure' in reply) job?.reject(new Error(reply.failure));
  else job?.resolve(reply.latin);
}
