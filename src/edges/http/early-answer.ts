import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long the rest of a refused body is read and thrown away before the connection is cut. */
const LINGER_MS = 1000;

/** Whether more of the body is to come than is worth reading for the sake of the connection. */
export function isEndless(incoming: IncomingMessage, maxBodyBytes: number): boolean {
  if (incoming.complete) return false;
  return incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length'] ?? 0) > maxBodyBytes;
}

/**
 * Ends an answer that is given while the client still sends. Closing the connection at once would reset it, and the
 * client would lose what is on its way: so the rest of its body is read and thrown away for a moment.
 */
export function endEarly(body: string | Buffer, incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.write(body);
  const end = (): void => {
    clearTimeout(timer);
    outgoing.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  timer.unref();
  incoming.once('end', end).once('close', end);
  incoming.resume();
}
