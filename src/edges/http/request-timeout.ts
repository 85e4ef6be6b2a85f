import { FlowError } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';
import { type HttpHeaders, headerOf } from './exchange.ts';

/** How long the client allows for its request, at most `maxTimeoutMs`; undefined where it does not say. TIMEOUT_INVALID. */
export function requestTimeout(headers: HttpHeaders, maxTimeoutMs: number): number | undefined {
  const header = headerOf(headers, 'x-timeout-ms');
  if (header === undefined) return undefined;
  const timeoutMs = WHOLE_NUMBER.test(header) ? Number(header) : 0;
  if (timeoutMs < 1) {
    throw new FlowError('TIMEOUT_INVALID', `x-timeout-ms must be a whole number of at least 1 but is ${describeValue(header)}`);
  }
  return Math.min(timeoutMs, maxTimeoutMs);
}
const WHOLE_NUMBER = /^[0-9]{1,15}$/;
