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
  const body = JSON.stringify({ error: text, code, hint: hint === codes.BODY_INVALID.hint ? BODY_HINT : hint });
  return { status, headers: error instanceof CodingError ? { ...headers, 'accept-encoding': 'gzip, deflate' } : headers, body };
}
const BODY_HINT = 'Send {"inputs":[{"name","shape","datatype","data"}]}; the metadata is at GET /v2/models/NAME.';

/** EXTENSION_UNSUPPORTED for a content encoding: the answer says which are known. */
export class CodingError extends FlowError {
  constructor(problem: string) {
    super('EXTENSION_UNSUPPORTED', problem, { hint: 'Compress the body with gzip or deflate, or send it as it is.' });
  }
}
