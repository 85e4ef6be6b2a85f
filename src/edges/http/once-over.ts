import type { IncomingMessage, ServerResponse } from 'node:http';

/** Calls back once, when a request has been answered whole or its connection has ended before that. */
export function onceOver(incoming: IncomingMessage, outgoing: ServerResponse, listener: (isAnswered: boolean) => void): void {
  if (outgoing.socket === null) onceOverInTurn(incoming, outgoing, listener);
  else outgoing.on('close', () => listener(outgoing.writableFinished));
}

/**
 * The same for a request that came before its predecessors on the connection were answered: until its turn comes its
 * response is given no connection, and node:http does not tell it when that ends.
 */
function onceOverInTurn({ socket }: IncomingMessage, outgoing: ServerResponse, listener: (isAnswered: boolean) => void): void {
  const end = (): void => {
    outgoing.off('close', end);
    socket.off('close', end);
    listener(outgoing.writableFinished);
  };
  // A client may send any number of requests ahead; each has its listener, and each takes it away.
  socket.setMaxListeners(0);
  socket.on('close', end);
  outgoing.on('close', end);
}
