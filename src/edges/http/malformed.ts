import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { FlowError } from '../../errors/flow-error.ts';
import { errorResponse } from './error-response.ts';
import { byteLengthOf, wholeOf } from './exchange.ts';

interface ParserError extends Error {
  readonly code?: string;
  /** What the parser says, in its own words. */
  readonly reason?: string;
}

/** How long a refused client may take to read why before its connection is cut. */
const LINGER_MS = 1000;

/**
 * Answers what node:http cannot make a request of, in the format of every other error, and closes the connection:
 * after such a mistake nobody knows where the next request begins.
 */
export function malformedHandler(log: Logger): (error: Error, socket: Socket) => void {
  const refused = new WeakSet<Socket>();
  return (error: ParserError, socket) => {
    // The parser fails again for each further piece of the same mistake.
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error);
    log.info({ code: refusal.code, parser: error.code, remote: socket.remoteAddress }, refusal.problem);
    answerInTurn(socket, rawText(refusal));
  };
}

function refusalOf({ code, reason }: ParserError): FlowError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new FlowError('HEADERS_TOO_LARGE', 'the request line and headers are larger than the limit maxHeaderBytes');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new FlowError('BODY_TIMEOUT', 'the request was not complete within the limit requestTimeoutMs');
    case 'HPE_INVALID_EOF_STATE':
      return new FlowError('HTTP_INVALID', 'the connection ended within the request');
    default:
      return new FlowError('HTTP_INVALID', `the request is not well-formed HTTP${reason === undefined ? '' : `: ${reason}`}`);
  }
}

/** Node keeps the response whose turn it is here; there is no other way to know what a client would take our text for. */
type WithTurn = Socket & { readonly _httpMessage?: (ServerResponse & { readonly req: IncomingMessage }) | null };

/**
 * A client may have sent good requests before the bad one: their answers come first, or it would take the refusal
 * for the answer to the first of them.
 */
function answerInTurn(socket: Socket, text: string): void {
  const current = (socket as WithTurn)._httpMessage ?? null;
  if (current?.req.complete === true) current.once('close', () => answerInTurn(socket, text));
  // The request within which the mistake lies has been answered already; another answer would be nobody's.
  else if (current?.headersSent === true) socket.destroySoon();
  else endWith(socket, text);
}

function endWith(socket: Socket, text: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(text);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}

/** A whole answer as it goes over the wire, where there is no ServerResponse to write it. */
function rawText(error: FlowError): string {
  const { status, headers, body } = errorResponse(error);
  const fields = Object.entries({ ...headers, 'content-length': String(byteLengthOf(body)), connection: 'close' });
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${String(wholeOf(body))}`;
}
