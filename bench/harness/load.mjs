// @ts-check
import { connect } from 'node:net';

/**
 * Connections that are kept, each with one request under way at a time. As cheap as it can be, so that it is the server
 * that is measured: the request is bytes made once, and of an answer the status and length are read.
 */
export class Load {
  /** @type {Lane[]} */
  #lanes = [];

  /**
   * @param {string} url
   * @param {number} connections
   * @param {string | Buffer} body
   * @param {Readonly<Record<string, string>>} [headers]
   */
  static async open(url, connections, body, headers = { 'content-type': 'application/json' }) {
    const load = new Load();
    load.#lanes = await Promise.all(Array.from({ length: connections }, () => Lane.open(new URL(url), Buffer.from(body), headers)));
    return load;
  }

  /**
   * Sends so many requests over all connections together, and gives their number once all are answered.
   * @param {number} requests
   * @returns {Promise<number>}
   */
  async send(requests) {
    const each = Math.ceil(requests / this.#lanes.length);
    const sleep = keepAwake();
    await Promise.all(this.#lanes.map((lane) => lane.send(each)));
    sleep();
    return each * this.#lanes.length;
  }

  close() {
    for (const lane of this.#lanes) lane.close();
  }
}

/**
 * Keeps this process from sleeping until the function it gives is called. A server that answers a client which sleeps is charged by the
 * system for waking it, and the slower it is the more often: that was measured to be several times what it does itself.
 * @returns {() => void}
 */
function keepAwake() {
  let isAwake = true;
  const spin = () => {
    if (isAwake) setImmediate(spin);
  };
  spin();
  return () => {
    isAwake = false;
  };
}

/** One connection. */
class Lane {
  #socket;
  #request;
  #remaining = 0;
  /** Bytes of the answer that are still to come; 0 between answers. */
  #missing = 0;
  /** @type {(() => void) | undefined} */
  #done;
  /** @type {((error: Error) => void) | undefined} */
  #failed;

  /**
   * @param {import('node:net').Socket} socket
   * @param {Buffer} request
   */
  constructor(socket, request) {
    this.#socket = socket;
    this.#request = request;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the server has closed the connection')));
  }

  /**
   * @param {URL} url
   * @param {Buffer} body
   * @param {Readonly<Record<string, string>>} headers
   * @returns {Promise<Lane>}
   */
  static open({ hostname, port, host, pathname, search }, body, headers) {
    const head = [
      `POST ${pathname}${search} HTTP/1.1`,
      `host: ${host}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      `content-length: ${body.length}`,
    ];
    const request = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(new Lane(socket, request)));
      socket.once('error', reject);
    });
  }

  /**
   * @param {number} requests
   * @returns {Promise<void>}
   */
  send(requests) {
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#remaining = requests;
      this.#socket.write(this.#request);
    });
  }

  close() {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  /** @param {Buffer} chunk */
  #receive(chunk) {
    this.#missing = this.#missing === 0 ? lengthOf(chunk) - chunk.length : this.#missing - chunk.length;
    if (this.#missing > 0) return;
    if (this.#missing < 0) this.#failed?.(new Error('the server has answered more than it said'));
    this.#remaining--;
    if (this.#remaining > 0) this.#socket.write(this.#request);
    else this.#done?.();
  }
}

/**
 * The length of a whole answer by its first bytes, which hold its head: servers write that at once.
 * @param {Buffer} chunk
 */
function lengthOf(chunk) {
  const endOfHead = chunk.indexOf('\r\n\r\n');
  const head = chunk.toString('latin1', 0, endOfHead);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (!head.startsWith('HTTP/1.1 200 ') || length === undefined) throw new Error(`the server has answered ${chunk.toString()}`);
  return endOfHead + 4 + Number(length);
}
