import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { FlowError } from '../../errors/flow-error.ts';
import type { HttpRequest } from './exchange.ts';

interface LoggedRequest {
  readonly id: string;
  readonly startMs: number;
  readonly request?: Pick<HttpRequest, 'rows'>;
  readonly incoming: Pick<IncomingMessage, 'method' | 'url'>;
}

/**
 * Writes one line for one request: an answer at debug, so that the hot path stays cheap; a refusal at info; a server
 * that is busy, late or ending at warn; a failure at error, the only one with cause and stack.
 */
export function logOutcome(
  log: Logger,
  { id, startMs, request, incoming }: LoggedRequest,
  status: number,
  error: FlowError | undefined,
): void {
  if (error === undefined && !log.isLevelEnabled('debug')) return;
  const [path] = (incoming.url ?? '').split('?', 1);
  const line = {
    requestId: id,
    method: incoming.method,
    path,
    status,
    code: error?.code,
    tookMs: Date.now() - startMs,
    rows: request?.rows,
  };
  if (error === undefined) log.debug(line, 'answered');
  else if (status === 503 || status === 504) log.warn(line, error.problem);
  else if (status >= 500) log.error({ ...line, err: error }, error.problem);
  else log.info(line, error.problem);
}
