import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';
import { messageOf } from '../../errors/flow-error.ts';
import { JSON_LENGTH_HEADER } from '../../protocol/open-inference/message-body.ts';

/** One request to the server. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** From the server's url on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent behind each other. */
  readonly body?: readonly Uint8Array[];
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What came of a request; never a rejection. */
export type HttpOutcome =
  | { readonly kind: 'reply'; readonly reply: HttpReply }
  /** No connection, or one that was lost before the whole reply was there. `isSent`: the server may have the request, or a part. */
  | { readonly kind: 'lost'; readonly isSent: boolean; readonly cause: Error }
  /** What came is no HTTP, or too much of it. */
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'givenUp' };

/** A request under way. */
export interface Exchange {
  readonly outcome: Promise<HttpOutcome>;
  /** Closes the connection, by which the server hears of it. */
  giveUp(): void;
}

interface ClientOptions {
  readonly url: string;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Replies are held whole; this bounds what a server can make us hold. */
export const MAX_REPLY_BYTES = 256 * 2 ** 20;
const CONNECT_TIMEOUT_MS = 5000;
/** A body is copied together up to here: one write is cheaper than several, until the copy is not. */
const MAX_JOINED_BYTES = 128 * 2 ** 10;

/** Connections to one server that are kept between requests, with one request under way on each. */
export class HttpClient {
  readonly #pool: Pool;
  readonly #prefix: string;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(pool: Pool, prefix: string, headers: Readonly<Record<string, string>>) {
    this.#pool = pool;
    this.#prefix = prefix;
    this.#headers = headers;
  }

  static async open({ url, connections, headers }: ClientOptions): Promise<HttpClient> {
    // Loaded by those who call servers, not by those who could.
    const { Pool } = await import('undici');
    const { origin, pathname } = new URL(url);
    const pool = new Pool(origin, {
      connections,
      pipelining: 1,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      // How long a call may take is known to its request.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return new HttpClient(pool, pathname === '/' ? '' : pathname, headers);
  }

  send({ method, path, headers, body = [] }: HttpRequest): Exchange {
    const reception = new Reception();
    const request = {
      method,
      path: this.#prefix + path,
      headers: { ...this.#headers, ...headers, ...(method === 'POST' ? { 'content-length': String(lengthOf(body)) } : {}) },
      // What it takes beside its types: any iterable of arrays.
      body: joined(body) as Buffer | null,
    };
    const outcome = new Promise<HttpOutcome>((resolve) => {
      reception.settle = resolve;
    });
    this.#pool.dispatch(request, reception);
    return { outcome, giveUp: () => reception.giveUp() };
  }

  /** Closes all connections at once. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((total, { byteLength }) => total + byteLength, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array | readonly Uint8Array[] | null {
  if (parts.length === 0) return null;
  return lengthOf(parts) <= MAX_JOINED_BYTES ? Buffer.concat(parts) : parts;
}

/** Receives one reply. */
class Reception implements Dispatcher.DispatchHandler {
  settle: (outcome: HttpOutcome) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #isGivenUp = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  /** The whole body, where its length was said. */
  #whole: Buffer | undefined;
  #chunks: Uint8Array[] = [];
  #received = 0;
  #problem: string | undefined;

  /** It is about to be written to a connection: from now on the server may have it. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isGivenUp) controller.abort(new Error('given up'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
    if (headers['content-length'] === undefined) return;
    const length = Number(headers['content-length']);
    if (length > MAX_REPLY_BYTES) this.#refuse(`it has ${length} bytes, more than ${MAX_REPLY_BYTES}`);
    else this.#whole = memoryFor(length, Number(headers[JSON_LENGTH_HEADER] ?? 0));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const at = this.#received;
    this.#received += chunk.length;
    if (this.#whole !== undefined) this.#whole.set(chunk, at);
    else if (this.#received <= MAX_REPLY_BYTES) this.#chunks.push(chunk);
    else this.#refuse(`it has more than ${MAX_REPLY_BYTES} bytes`);
  }

  onResponseEnd(): void {
    const body = this.#whole ?? aligned(this.#chunks, Number(this.#headers[JSON_LENGTH_HEADER] ?? 0));
    this.settle({ kind: 'reply', reply: { status: this.#status, headers: this.#headers, body } });
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    if (this.#isGivenUp) this.settle({ kind: 'givenUp' });
    else if (this.#problem !== undefined) this.settle({ kind: 'broken', problem: this.#problem });
    else if (isNotHttp(cause)) this.settle({ kind: 'broken', problem: `it is not HTTP: ${messageOf(cause)}` });
    else this.settle({ kind: 'lost', isSent: this.#controller !== undefined, cause });
  }

  giveUp(): void {
    this.#isGivenUp = true;
    this.#controller?.abort(new Error('given up'));
    // Before it has a connection it cannot be called back, but it will not be sent.
    this.settle({ kind: 'givenUp' });
  }

  #refuse(problem: string): void {
    this.#problem = problem;
    this.#controller?.abort(new Error(problem));
  }
}

/** As many bytes, of which those after the JSON are aligned for any tensor, so that they need no copy of their own. */
function memoryFor(length: number, jsonLength: number): Buffer {
  const before = Number.isSafeInteger(jsonLength) && jsonLength > 0 && jsonLength <= length ? -jsonLength & 7 : 0;
  return Buffer.allocUnsafeSlow(before + length).subarray(before);
}

function aligned(chunks: readonly Uint8Array[], jsonLength: number): Buffer {
  const whole = memoryFor(lengthOf(chunks), jsonLength);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** The parser's errors, and those of headers that are too long. */
function isNotHttp(error: Error): boolean {
  return error.name === 'HTTPParserError' || error.name === 'HeadersOverflowError';
}
