import type { Cancellation } from '../../serving/deployment.ts';

/** Header names in lower case, as node:http and a fetch Headers object give them. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * A request as the handlers see it, whatever carries it: node:http today. The body is read when a handler asks for
 * it, so that a request is refused by its headers alone, and the signal is made when one is asked for.
 */
export interface HttpRequest {
  readonly headers: HttpHeaders;
  /** The NAME in the path, decoded; empty where the route has none. */
  readonly name: string;
  /** How many rows it had, told by the handler for the log. */
  rows?: number | undefined;
  /**
   * What `use` makes of the body once it is here. Errors: BODY_TOO_LARGE, BYTES_IN_FLIGHT, REQUEST_CANCELLED when the client leaves
   * before its end.
   */
  readBody<T>(use: (body: Buffer) => T | PromiseLike<T>): Promise<T>;
  /** Aborted when the client leaves before it is answered; an AbortSignal would do. */
  readonly signal: Cancellation;
}

/** An answer, whatever carries it. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** One route: what a transport needs to reach its handler. A handler throws FlowErrors, and the transport answers them. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** `:name` stands for one segment. */
  readonly path: string;
  /** Answers while the server starts and while it drains. */
  readonly isAlwaysOpen: boolean;
  readonly handle: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' } as const;

export function jsonResponse(body: unknown, status = 200): HttpResponse {
  return jsonText(JSON.stringify(body), status);
}

/** An answer whose text has been written already. */
export function jsonText(body: string, status = 200): HttpResponse {
  return { status, headers: jsonHeaders, body };
}

/** The first value of a header; undefined where it is absent. */
export function headerOf(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}
