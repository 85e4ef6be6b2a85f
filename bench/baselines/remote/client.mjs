// @ts-check
// A call of a model over bare HTTP, as cheap as one writes it by hand: bytes that were made once go over kept connections, and the
// reply is put together. Nothing is encoded, checked, bounded in time or tried again.
import { Pool } from 'undici';

export class BareClient {
  #pool;
  #path;
  #headers;
  #body;

  /**
   * @param {string} url
   * @param {string} path
   * @param {number} connections
   * @param {{ readonly head: string, readonly bytes: Uint8Array }} request
   */
  constructor(url, path, connections, { head, bytes }) {
    this.#pool = new Pool(url, { connections, pipelining: 1 });
    this.#path = path;
    this.#body = Buffer.concat([Buffer.from(head), bytes]);
    this.#headers = {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(Buffer.byteLength(head)),
      'content-length': String(this.#body.length),
    };
  }

  /** Gives the length of the reply. @returns {Promise<number>} */
  post() {
    return new Promise((resolve, reject) => {
      let at = 0;
      /** @type {Buffer} */
      let whole;
      this.#pool.dispatch(
        { method: 'POST', path: this.#path, headers: this.#headers, body: this.#body },
        {
          onRequestStart() {},
          onResponseStart(_, status, headers) {
            if (status !== 200) reject(new Error(`it answered ${status}`));
            whole = Buffer.allocUnsafeSlow(Number(headers['content-length']));
          },
          onResponseData(_, chunk) {
            whole.set(chunk, at);
            at += chunk.length;
          },
          onResponseEnd: () => resolve(at),
          onResponseError: (_, error) => reject(error),
        },
      );
    });
  }

  close() {
    return this.#pool.close();
  }
}
