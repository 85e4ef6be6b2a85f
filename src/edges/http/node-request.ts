import type { IncomingMessage, ServerResponse } from 'node:http';
import { FlowError } from '../../errors/flow-error.ts';
import type { Cancellation } from '../../serving/deployment.ts';
import { BodyBytes } from './body-bytes.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { HttpHeaders, HttpRequest } from './exchange.ts';

/**
 * A request that node:http carries. It is its own cancellation: an AbortController for each request was measured
 * to cost a tenth of all its time.
 */
export class NodeRequest implements HttpRequest, Cancellation {
  readonly id: string;
  readonly name: string;
  readonly headers: HttpHeaders;
  readonly ownsBody = true;
  rows: number | undefined = undefined;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #maxBodyBytes: number;
  readonly #budget: ByteBudget;
  #heldBytes = 0;
  #reason: FlowError | undefined;
  #listener: (() => void) | undefined;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    { id, name }: Pick<HttpRequest, 'id' | 'name'>,
    maxBodyBytes: number,
    budget: ByteBudget,
  ) {
    this.id = id;
    this.name = name;
    this.headers = incoming.headers;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#maxBodyBytes = maxBodyBytes;
    this.#budget = budget;
  }

  get signal(): Cancellation {
    return this;
  }

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** One listener at a time: first the reading of the body, then the run. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(): void {
    this.#listener = undefined;
  }

  /** The connection is gone before the answer was. */
  leave(): void {
    this.#reason = clientLeft();
    this.#listener?.();
  }

  /** Gives back the bytes of the body, which nobody needs any more. */
  release(): void {
    this.#budget.giveBack(this.#heldBytes);
    this.#heldBytes = 0;
  }

  /**
   * Calls `use` with the body once it is here, or else `refuse`; its byte `alignedAt` lies at a multiple of 8 where the body had to be copied. Errors: BODY_TOO_LARGE, BYTES_IN_FLIGHT, REQUEST_CANCELLED when the
   * client leaves before its end. Callbacks, not a promise: of a small request it would be a notable part.
   */
  readBody(alignedAt: number, use: (body: Buffer) => void, refuse: (error: unknown) => void): void {
    const { 'content-length': length, expect } = this.#incoming.headers;
    // 0 for a body in chunks, whose bytes are counted as they come.
    const announced = length === undefined ? 0 : Number(length);
    if (announced > this.#maxBodyBytes) throw this.#tooLarge();
    this.#hold(announced);
    // Only now: a client that waits for leave to send is spared the body of a request refused by its headers.
    if (expect !== undefined && this.#incoming.httpVersionMinor > 0) this.#outgoing.writeContinue();
    if (this.#reason === undefined) this.#receive(new BodyBytes(announced, alignedAt), use, refuse);
    else refuse(this.#reason);
  }

  #receive(body: BodyBytes, use: (body: Buffer) => void, refuse: (error: unknown) => void): void {
    const incoming = this.#incoming;
    const onData = (chunk: Buffer): void => {
      try {
        body.add(chunk);
        this.#count(body.length);
      } catch (refusal) {
        // What still comes is thrown away, or the client would never get to read its answer.
        incoming.off('data', onData).off('end', onEnd).resume();
        this.removeEventListener();
        refuse(refusal);
      }
    };
    // A client that has left has been refused.
    const onEnd = (): void => {
      if (this.#reason !== undefined) return;
      this.removeEventListener();
      use(body.take());
    };
    incoming.on('data', onData).on('end', onEnd);
    this.addEventListener('abort', () => refuse(this.#reason));
  }

  /** The bytes of a body whose length was not announced are held as they come. */
  #count(bytes: number): void {
    if (bytes <= this.#heldBytes) return;
    if (bytes > this.#maxBodyBytes) throw this.#tooLarge();
    this.#hold(bytes - this.#heldBytes);
  }

  #hold(bytes: number): void {
    this.#budget.take(bytes);
    this.#heldBytes += bytes;
  }

  #tooLarge(): FlowError {
    return new FlowError('BODY_TOO_LARGE', `the body is larger than ${this.#maxBodyBytes} bytes, the limit maxBodyBytes`);
  }
}

function clientLeft(): FlowError {
  return new FlowError('REQUEST_CANCELLED', 'the client closed its connection');
}
