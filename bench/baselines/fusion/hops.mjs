// @ts-check
import { Worker } from 'node:worker_threads';

/** This sends bytes through worker threads, one after another, each time there and back, as one would by hand. */
export class Hops {
  /** @type {Worker[]} */
  #workers;
  /** @type {Map<number, (bytes: Uint8Array<ArrayBuffer>) => void>} */
  #waiting = new Map();
  #sent = 0;

  /** @param {number} workers */
  constructor(workers) {
    this.#workers = Array.from({ length: workers }, () => new Worker(new URL('./worker.mjs', import.meta.url)));
    for (const worker of this.#workers) {
      worker.on('message', ({ number, bytes }) => {
        const resolve = this.#waiting.get(number);
        this.#waiting.delete(number);
        resolve?.(bytes);
      });
    }
  }

  /**
   * Through each worker once. The bytes are copied once, since the caller keeps them; from then on their memory is handed over.
   * @param {Uint8Array} bytes
   * @returns {Promise<Uint8Array>}
   */
  async send(bytes) {
    const copy = Buffer.allocUnsafeSlow(bytes.length);
    copy.set(bytes);
    let travelling = new Uint8Array(/** @type {ArrayBuffer} */ (copy.buffer));
    for (const worker of this.#workers) travelling = await this.#roundTrip(worker, travelling);
    return travelling;
  }

  async close() {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** @param {Worker} worker @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Uint8Array<ArrayBuffer>>} */
  #roundTrip(worker, bytes) {
    const number = this.#sent++;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      worker.postMessage({ number, bytes }, [bytes.buffer]);
    });
  }
}
