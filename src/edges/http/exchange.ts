import type { FlowError } from '../../errors/flow-error.ts';
import type { Cancellation } from '../../serving/deployment.ts';

/** Header names in lower case, as node:http and a fetch Headers object give them. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as the handlers see it, whatever carries it. The signal is made when one is asked for. */
export interface HttpRequest {
  /** What logs call it: the client's own x-request-id, or one made for it. */
  readonly id: string;
  readonly headers: HttpHeaders;
  /** The NAME in the path, decoded; empty where the route has none. */
  readonly name: string;
  /** Whether nobody but the handler has the bytes of its body, so that it may overwrite them. */
  readonly ownsBody: boolean;
  /** How many rows it had, told by the handler for the log. */
  rows?: number | undefined;
  /** Aborted when the client leaves before it is answered; an AbortSignal would do. */
  readonly signal: Cancellation;
}

/** The bytes of an answer: text, which is sent as UTF-8, or bytes, or several of them, so that nobody has to copy them into one. */
export type HttpBody = string | Buffer | readonly (string | Uint8Array)[];

/** An answer, whatever carries it. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpBody;
}

/** Answers a request whose headers have been judged, once its body is here. */
export type BodyHandler = (body: Buffer) => HttpResponse | PromiseLike<HttpResponse>;

/**
 * One route: what a transport needs to reach its handler. A handler throws FlowErrors, and the transport answers them. One that needs
 * the body gives a function of it, so that a request is refused by its headers alone and the body read by who carries it.
 */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** `:name` stands for one segment. */
  readonly path: string;
  /** Answers while the server starts and while it drains. */
  readonly isAlwaysOpen: boolean;
  readonly handle: (request: HttpRequest) => HttpResponse | BodyHandler;
  /** Which byte of a body shall lie at a multiple of 8 in memory, where arrays of numbers begin there; a transport may pass over it. */
  readonly alignedAt?: ((headers: HttpHeaders) => number) | undefined;
  /** Hears why a request was not answered, before its client does. */
  readonly onFailure?: ((request: HttpRequest, error: FlowError) => void) | undefined;
  /** How its errors are told, where that is not as FlowServe's own. */
  readonly errorResponse?: ((error: FlowError) => HttpResponse) | undefined;
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' } as const;

export function jsonResponse(body: unknown, status = 200): HttpResponse {
  return jsonText(JSON.stringify(body), status);
}

/** An answer whose text has been written already. */
export function jsonText(body: string, status = 200): HttpResponse {
  return { status, headers: jsonHeaders, body };
}

/** A body in one piece. */
export function wholeOf(body: HttpBody): string | Buffer {
  return isInPieces(body) ? Buffer.concat(body.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))) : body;
}

export function byteLengthOf(body: HttpBody): number {
  if (!isInPieces(body)) return Buffer.byteLength(body);
  let length = 0;
  for (const piece of body) length += Buffer.byteLength(piece);
  return length;
}

/** The bytes of a body, each as the character of its number. */
export function latin1Of(body: HttpBody): string {
  if (!isInPieces(body)) return latin1OfPiece(body);
  let text = '';
  for (const piece of body) text += latin1OfPiece(piece);
  return text;
}

function latin1OfPiece(piece: string | Uint8Array): string {
  if (typeof piece !== 'string') return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
  const isAscii = Buffer.byteLength(piece) === piece.length;
  return isAscii ? piece : Buffer.from(piece).toString('latin1');
}

/** Array.isArray does not tell a list that is read only. */
export function isInPieces(body: HttpBody): body is readonly (string | Uint8Array)[] {
  return Array.isArray(body);
}

/** The first value of a header; undefined where it is absent. */
export function headerOf(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}
