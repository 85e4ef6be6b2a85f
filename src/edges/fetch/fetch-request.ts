import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';
import type { Cancellation } from '../../serving/deployment.ts';
import { BodyBytes } from '../http/body-bytes.ts';
import type { ByteBudget } from '../http/byte-budget.ts';
import type { HttpHeaders, HttpRequest } from '../http/exchange.ts';

/** A request that a fetch `Request` carries. Its own cancellation too: it ends when the caller's signal says so, or the handler's end. */
export class FetchRequest implements HttpRequest {
  readonly id: string;
  readonly name: string;
  readonly headers: HttpHeaders;
  /** A stream may give what its maker keeps. */
  readonly ownsBody = false;
  readonly #request: Request;
  readonly #maxBodyBytes: number;
  readonly #budget: ByteBudget;
  readonly #controller = new AbortController();
  #heldBytes = 0;

  constructor(request: Request, { id, name }: Pick<HttpRequest, 'id' | 'name'>, maxBodyBytes: number, budget: ByteBudget) {
    this.id = id;
    this.name = name;
    this.headers = Object.fromEntries(request.headers);
    this.#request = request;
    this.#maxBodyBytes = maxBodyBytes;
    this.#budget = budget;
    if (request.signal.aborted) this.#leave();
    else request.signal.addEventListener('abort', this.#leave, { once: true });
  }

  get signal(): Cancellation & AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the request early. */
  cancel(reason: FlowError): void {
    this.#controller.abort(reason);
  }

  /** Gives back the bytes of the body, which nobody needs any more. */
  release(): void {
    this.#request.signal.removeEventListener('abort', this.#leave);
    this.#budget.giveBack(this.#heldBytes);
    this.#heldBytes = 0;
  }

  /** Errors: BODY_TOO_LARGE, BYTES_IN_FLIGHT, REQUEST_CANCELLED when the client leaves before its end. */
  async readBody(): Promise<Buffer> {
    if (this.#request.bodyUsed || this.#request.body?.locked === true) throw alreadyRead();
    const announced = announcedBytes(this.#request.headers.get('content-length'));
    if (announced > this.#maxBodyBytes) throw this.#tooLarge();
    this.#hold(announced);
    const body = new BodyBytes(announced);
    for await (const chunk of this.#chunks()) {
      body.add(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      if (body.length > this.#maxBodyBytes) throw this.#tooLarge();
      if (body.length > this.#heldBytes) this.#hold(body.length - this.#heldBytes);
    }
    return body.take();
  }

  /** What comes of the body, until its end or the request's; what is not read is cancelled. */
  async *#chunks(): AsyncIterable<Uint8Array> {
    const reader = this.#request.body?.getReader();
    const cancel = (): void => void reader?.cancel(this.signal.reason).catch(() => {});
    this.signal.addEventListener('abort', cancel, { once: true });
    try {
      for (;;) {
        this.signal.throwIfAborted();
        const { value } = (await reader?.read().catch(brokenOff)) ?? {};
        this.signal.throwIfAborted();
        if (value === undefined) return;
        if (!(value instanceof Uint8Array)) throw notBytes(value);
        yield value;
      }
    } finally {
      this.signal.removeEventListener('abort', cancel);
      cancel();
    }
  }

  readonly #leave = (): void => this.cancel(new FlowError('REQUEST_CANCELLED', 'the client left', { cause: this.#request.signal.reason }));

  #hold(bytes: number): void {
    this.#budget.take(bytes);
    this.#heldBytes += bytes;
  }

  #tooLarge(): FlowError {
    return new FlowError('BODY_TOO_LARGE', `the body is larger than ${this.#maxBodyBytes} bytes, the limit maxBodyBytes`);
  }
}

/** 0 where the length is not known before: a Request made by hand may say anything. */
function announcedBytes(length: string | null): number {
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : 0;
}

function brokenOff(cause: unknown): never {
  throw new FlowError('REQUEST_CANCELLED', `the body broke off: ${messageOf(cause)}`, { cause });
}

function notBytes(chunk: unknown): FlowError {
  return new FlowError('BODY_INVALID', `the body must be a stream of bytes but one of its chunks is ${describeValue(chunk)}`, {
    hint: 'Encode text with a TextEncoderStream.',
  });
}

function alreadyRead(): FlowError {
  return new FlowError('BODY_INVALID', 'the body of the request has been read before, or is being read', {
    hint: 'Give the handler the request before anything reads its body, or give it request.clone().',
  });
}
