import { codes } from '../../errors/codes.ts';
import { FlowError, isFlowError } from '../../errors/flow-error.ts';
import { type HttpResponse, jsonResponse } from './exchange.ts';
import { MethodError } from './missing-route.ts';

/** What a client is told of an error: `{"error":{"code","message","hint"}}` with the status of its code; never a stack. */
export function errorResponse(error: FlowError): HttpResponse {
  const { code, problem, hint, retryAfterMs } = error;
  // What escaped from FlowServe itself is for the log: its message may say anything.
  const message = code === 'INTERNAL' ? 'the server failed in an unexpected way' : problem;
  const response = jsonResponse({ error: { code, message, hint } }, codes[code].http);
  if (error instanceof MethodError) return { ...response, headers: { ...response.headers, allow: error.allow } };
  if (retryAfterMs === undefined || (response.status !== 429 && response.status !== 503)) return response;
  return { ...response, headers: { ...response.headers, 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) } };
}

/** Anything thrown as a FlowError; what is not one has escaped from FlowServe itself. */
export function asFlowError(error: unknown): FlowError {
  return isFlowError(error) ? error : new FlowError('INTERNAL', 'the server failed in an unexpected way', { cause: error });
}
