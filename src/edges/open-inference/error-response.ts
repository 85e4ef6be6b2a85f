import { codes } from '../../errors/codes.ts';
import { FlowError } from '../../errors/flow-error.ts';
import { errorResponse } from '../http/error-response.ts';
import type { HttpResponse } from '../http/exchange.ts';

/** What a client of the protocol is told of an error: `{"error": text}` with the status of its code, and beside it code and hint. */
export function openInferenceError(error: FlowError): HttpResponse {
  const { status, headers } = errorResponse(error);
  const { code, problem, hint } = error;
  // What escaped from FlowServe itself is for the log: its message may say anything.
  const text = code === 'INTERNAL' ? 'the server failed in an unexpected way' : `[${code}] ${problem}`;
  const body = JSON.stringify({ error: text, code, hint: HINTS.get(hint) ?? hint });
  return { status, headers: error instanceof CodingError ? { ...headers, 'accept-encoding': 'gzip, deflate' } : headers, body };
}

/** What is said elsewhere speaks of rows, and of routes that the document of this server lists. */
const HINTS: ReadonlyMap<string, string> = new Map([
  [codes.BODY_INVALID.hint, 'Send {"inputs":[{"name","shape","datatype","data"}]}; the metadata is at GET /v2/models/NAME.'],
  [codes.ROUTE_UNKNOWN.hint, 'GET /v2/models lists the models, of which each has the version 1 alone; docs/protocol.md lists the routes.'],
]);

/** EXTENSION_UNSUPPORTED for a content encoding: the answer says which are known. */
export class CodingError extends FlowError {
  constructor(problem: string) {
    super('EXTENSION_UNSUPPORTED', problem, { hint: 'Compress the body with gzip or deflate, or send it as it is.' });
  }
}
