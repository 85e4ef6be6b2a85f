import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { FlowError } from '../../errors/flow-error.ts';
import type { Availability } from './availability.ts';
import type { ByteBudget } from './byte-budget.ts';
import { endEarly, isEndless } from './early-answer.ts';
import { asFlowError, errorResponse } from './error-response.ts';
import {
  type BodyHandler,
  byteLengthOf,
  type HttpBody,
  type HttpHeaders,
  type HttpResponse,
  headerOf,
  isInPieces,
  latin1Of,
  type Route,
  wholeOf,
} from './exchange.ts';
import type { HttpLimits } from './limits.ts';
import { NodeRequest } from './node-request.ts';
import { onceOver } from './once-over.ts';
import { requestIds } from './request-id.ts';
import { logOutcome } from './request-log.ts';

/** Throws for a request that may not come in at all. */
export type Doorman = (headers: HttpHeaders) => void;

interface AnswererOptions {
  readonly limits: HttpLimits;
  readonly budget: ByteBudget;
  readonly availability: Availability;
  readonly log: Logger;
  readonly doorman?: Doorman | undefined;
}

/** What is needed of a route once it has been found. */
export type Answering = Pick<Route, 'isAlwaysOpen' | 'handle' | 'onFailure' | 'errorResponse' | 'alignedAt'>;

/** One request on its way through the server. */
interface Exchange {
  readonly id: string;
  readonly route: Answering;
  readonly startMs: number;
  readonly request: NodeRequest;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Brings requests from node:http to the handlers of routes, and what these return or throw back to the client. */
export class Answerer {
  readonly #options: AnswererOptions;
  readonly #idOf = requestIds();

  constructor(options: AnswererOptions) {
    this.#options = options;
  }

  /** `name` is the NAME in the path, decoded; empty where the route has none. */
  answer(route: Answering, name: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { limits, budget, availability } = this.#options;
    const id = this.#idOf(headerOf(incoming.headers, 'x-request-id'));
    const request = new NodeRequest(incoming, outgoing, { id, name }, limits.maxBodyBytes, budget);
    availability.enter();
    onceOver(incoming, outgoing, (isAnswered) => {
      availability.leave();
      request.release();
      if (!isAnswered) request.leave();
    });
    this.#settle({ id, route, startMs: Date.now(), request, incoming, outgoing });
  }

  #settle(exchange: Exchange): void {
    const { route } = exchange;
    try {
      this.#admit(route, exchange.incoming);
      const handled = route.handle(exchange.request);
      if (typeof handled === 'function') this.#readBody(exchange, handled);
      else this.#succeed(exchange, handled);
    } catch (thrown) {
      this.#fail(exchange, thrown);
    }
  }

  #readBody(exchange: Exchange, handle: BodyHandler): void {
    exchange.request.readBody(
      exchange.route.alignedAt?.(exchange.request.headers) ?? 0,
      (body) => this.#answerBody(exchange, handle, body),
      (refusal) => this.#fail(exchange, refusal),
    );
  }

  #answerBody(exchange: Exchange, handle: BodyHandler, body: Buffer): void {
    let response: ReturnType<BodyHandler>;
    try {
      response = handle(body);
    } catch (thrown) {
      this.#fail(exchange, thrown);
      return;
    }
    if ('then' in response) response.then(...this.#outcomes(exchange));
    else this.#succeed(exchange, response);
  }

  #outcomes(exchange: Exchange): [(response: HttpResponse) => void, (thrown: unknown) => void] {
    return [(response) => this.#succeed(exchange, response), (thrown) => this.#fail(exchange, thrown)];
  }

  #succeed(exchange: Exchange, response: HttpResponse): void {
    this.#send(exchange, response);
    logOutcome(this.#options.log, exchange, response.status, undefined);
  }

  #fail(exchange: Exchange, thrown: unknown): void {
    const error = asFlowError(thrown);
    exchange.route.onFailure?.(exchange.request, error);
    const response = (exchange.route.errorResponse ?? errorResponse)(error);
    this.#send(exchange, response);
    logOutcome(this.#options.log, exchange, response.status, error);
  }

  #admit(route: Pick<Route, 'isAlwaysOpen'>, { headers, httpVersionMajor, httpVersionMinor }: IncomingMessage): void {
    const { availability, doorman } = this.#options;
    // The parser still reads HTTP/0.9, which nobody sends who means well.
    if (httpVersionMajor !== 1) throw new FlowError('HTTP_INVALID', 'the version of HTTP must be 1.1 or 1.0');
    if (headers.host === undefined && httpVersionMinor > 0) throw new FlowError('HTTP_INVALID', 'the header Host is missing');
    const coding = headers['transfer-encoding'];
    if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
      throw new FlowError('HTTP_INVALID', 'the transfer encoding must be chunked and nothing else');
    }
    if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
      throw new FlowError('EXPECTATION_UNKNOWN', 'the server cannot meet what the header Expect asks for');
    }
    doorman?.(headers);
    const refusal = route.isAlwaysOpen ? undefined : availability.refusal();
    if (refusal !== undefined) throw refusal;
  }

  /** Writes to node:http itself: through Fastify's reply a small request was measured to cost a twentieth more. */
  #send({ id, incoming, outgoing }: Exchange, { status, headers, body }: HttpResponse): void {
    const { availability, limits } = this.#options;
    // Nobody is there, or the parser's refusal has been written in its place.
    if (incoming.socket.destroyed || outgoing.headersSent || !incoming.socket.writable) return;
    const isEarly = isEndless(incoming, limits.maxBodyBytes);
    // Names and values in turn, which node:http writes as they come.
    const fields: (string | number)[] = ['x-request-id', id];
    for (const name in headers) fields.push(name, headers[name] as string);
    const length = byteLengthOf(body);
    if (status !== 204) fields.push('content-length', length);
    if (isEarly || availability.isDraining) fields.push('connection', 'close');
    outgoing.writeHead(status, fields);
    if (isEarly) endEarly(wholeOf(body), incoming, outgoing);
    else end(outgoing, body, length);
    // A client that does not read its answer may keep it for as long as it might have taken to send the request.
    if (outgoing.socket !== null && incoming.socket.writableLength > 0) incoming.socket.setTimeout(limits.requestTimeoutMs);
  }
}

/** Text goes out with the head in one write, where bytes would be a second piece: so bytes that are few go as text that stands for them. */
function end(outgoing: ServerResponse, body: HttpBody, length: number): void {
  const { socket } = outgoing;
  // Held back until all is there, which then goes out at once: text together with the head.
  socket?.cork();
  if (typeof body === 'string') outgoing.write(body);
  else if (length <= FEW_BYTES) outgoing.write(latin1Of(body), 'latin1');
  else if (isInPieces(body)) for (const piece of body) outgoing.write(piece);
  else outgoing.write(body);
  socket?.uncork();
  // Only now: an end that still has something to say adds a piece of its own.
  outgoing.end();
}
const FEW_BYTES = 2_048;
