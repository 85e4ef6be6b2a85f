// @ts-check
// Gives every body back as it came, over bare node:http: what the transport alone costs a server of binary tensors. It knows
// nothing of the protocol, and copies nothing.
import { createServer } from 'node:http';

const MAX_BODY_BYTES = 32 * 2 ** 20;

const server = createServer((request, response) => {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (request.method !== 'POST' || announced > MAX_BODY_BYTES) {
    response.writeHead(request.method === 'POST' ? 413 : 405, { 'content-length': 0 });
    response.end();
    return;
  }
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': request.headers['inference-header-content-length'],
      'content-length': announced,
    });
    const last = chunks.pop();
    for (const chunk of chunks) response.write(chunk);
    response.end(last);
  });
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`serving at http://127.0.0.1:${address?.port}`);
});
