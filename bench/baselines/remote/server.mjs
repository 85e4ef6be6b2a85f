// @ts-check
// A bare Open Inference server with one model per size: it gives the tensor x back as y, with nothing in between.
import { createServer } from 'node:http';

const [, , ...lengths] = process.argv;

const server = createServer((request, response) => {
  const [, model, action] = /^\/v2\/models\/vector-(\d+)(\/infer)?$/.exec(request.url ?? '') ?? [];
  if (request.url === '/v2/health/ready' || /^\/v2\/models\/[^/]+\/ready$/.test(request.url ?? '')) return void response.end();
  if (!lengths.includes(String(model))) return void response.writeHead(404).end('{"error":"there is nothing here"}');
  if (action === undefined) return void response.end(JSON.stringify(metadata(Number(model))));
  echo(request, response, Number(model));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`serving at http://127.0.0.1:${address?.port}`);
});

/** @param {number} length */
function metadata(length) {
  const tensor = { datatype: 'FP32', shape: [-1, length] };
  return { name: `vector-${length}`, platform: 'bare', inputs: [{ name: 'x', ...tensor }], outputs: [{ name: 'y', ...tensor }] };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {number} length
 */
function echo(request, response, length) {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const bytes = body.subarray(Number(request.headers['inference-header-content-length']));
    const outputs = [{ name: 'y', datatype: 'FP32', shape: [1, length], parameters: { binary_data_size: bytes.length } }];
    const head = Buffer.from(JSON.stringify({ model_name: `vector-${length}`, outputs }));
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': head.length,
      'content-length': head.length + bytes.length,
    });
    response.write(head);
    response.end(bytes);
  });
}
