// @ts-check
import { Worker } from 'node:worker_threads';

/** This sends bytes to a worker thread and back, any number of times, as one would by hand. */
export class Hops {
  #worker = new Worker(new URL('./worker.mjs', import.meta.url));
  /** @type {Map<number, (bytes: Uint8Array<ArrayBuffer>) => void>} */
  #waiting = new Map();
  #sent = 0;

  constructor() {
    this.#worker.on('message', ({ number, bytes }) => {
      const resolve = this.#waiting.get(number);
      this.#waiting.delete(number);
      resolve?.(bytes);
    });
  }

  /**
   * The bytes are copied once, since the caller keeps them; from then on their memory is handed over.
   * @param {Uint8Array} bytes
   * @param {number} roundTrips
   * @returns {Promise<Uint8Array>}
   */
  async send(bytes, roundTrips) {
    const copy = Buffer.allocUnsafeSlow(bytes.length);
    copy.set(bytes);
    let travelling = new Uint8Array(/** @type {ArrayBuffer} */ (copy.buffer));
    for (let trip = 0; trip < roundTrips; trip++) travelling = await this.#roundTrip(travelling);
    return travelling;
  }

  async close() {
    await this.#worker.terminate();
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Uint8Array<ArrayBuffer>>} */
  #roundTrip(bytes) {
    const number = this.#sent++;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#worker.postMessage({ number, bytes }, [bytes.buffer]);
    });
  }
}
