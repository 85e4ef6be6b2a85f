import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

// JavaScript, because it also runs as a process of its own, and Node 20 cannot run TypeScript.

/**
 * A bare Open Inference server with one model, for specs: it answers as it is told to.
 */
export class ModelServer {
  /** What was sent for inference, in order. */
  calls = [];
  /** How many calls were closed by the client before they were answered. */
  abandoned = 0;
  /** How many connections have been made. */
  connections = 0;
  /** What the next calls get instead of an answer, first come first served. */
  plans = [];
  /** What each later call gets instead, until it is taken back. */
  always = undefined;
  /** Whether the server says that it and its model are ready. */
  isReady = true;
  #model;
  #server;
  #sockets = new Set();
  #waiting = [];

  constructor(model, tls) {
    this.#model = model;
    const listener = (request, response) => this.#receive(request, response);
    this.#server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
    this.#server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(model, { port = 0, tls } = {}) {
    const server = new ModelServer(model, tls);
    await new Promise((resolve, reject) => {
      server.#server.on('error', reject);
      server.#server.listen(port, '127.0.0.1', resolve);
    });
    server.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${server.port}`;
    return server;
  }

  get port() {
    return this.#server.address().port;
  }

  /** Settles when so many calls have come since the start. */
  async called(times) {
    while (this.calls.length < times) await new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Settles when a client has given a call up. */
  async left(times = 1) {
    while (this.abandoned < times) await new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends at once, with all connections. */
  async stop() {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  [Symbol.asyncDispose]() {
    return this.stop();
  }

  #receive(request, response) {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => this.#answer(request, response, Buffer.concat(chunks)));
  }

  #answer(request, response, body) {
    const { name, versions, inputs, outputs, config, extensions = ['binary_tensor_data', 'model_configuration'] } = this.#model;
    const path = request.url.replace(/\/versions\/[^/]+/, '');
    if (path === `/v2/models/${name}/infer`) return this.#infer(request, response, body);
    if (path === '/v2') return send(response, 200, { name: 'bare', version: '1', extensions });
    if (path === '/v2/health/ready') return send(response, this.isReady ? 200 : 503, { ready: this.isReady });
    if (path === `/v2/models/${name}/ready`) return send(response, this.isReady ? 200 : 503, { name, ready: this.isReady });
    if (path === `/v2/models/${name}`) return send(response, 200, { name, versions, platform: 'bare', inputs, outputs });
    if (path === `/v2/models/${name}/config` && config !== undefined) return send(response, 200, config);
    send(response, 404, { error: `there is nothing at ${request.url}` });
  }

  #infer(request, response, body) {
    const headerLength = Number(request.headers['inference-header-content-length'] ?? body.length);
    const call = {
      headers: request.headers,
      path: request.url,
      json: JSON.parse(body.subarray(0, headerLength).toString()),
      connection: request.socket,
    };
    response.on('close', () => {
      if (response.writableEnded) return;
      this.abandoned++;
      this.#wake();
    });
    this.calls.push(call);
    this.#wake();
    const plan = this.plans.shift() ?? this.always;
    if (plan !== undefined) return follow(plan, response);
    const given = tensorsOf(call.json.inputs, body.subarray(headerLength));
    reply(response, call.json, this.#model, this.#model.run(given));
  }

  #wake() {
    for (const go of this.#waiting.splice(0)) go();
  }
}

/** A plan is `drop`, `stall`, or the reply itself: `{ status, headers, body, cutAt }`. */
function follow(plan, response) {
  if (plan === 'stall') return;
  if (plan === 'drop') return response.socket.destroy();
  const { status = 200, headers = {}, body = '', cutAt } = plan;
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  if (cutAt === undefined) return response.end(bytes);
  response.write(bytes.subarray(0, cutAt), () => response.socket.destroy());
}

function tensorsOf(inputs, bytes) {
  let at = 0;
  return Object.fromEntries(
    inputs.map(({ name, datatype, shape, parameters }) => {
      const start = at;
      at += parameters.binary_data_size;
      return [name, { datatype, shape, bytes: bytes.subarray(start, at) }];
    }),
  );
}

function reply(response, { id }, { name }, tensors) {
  const outputs = Object.entries(tensors).map(([output, { datatype, shape, bytes }]) => ({
    name: output,
    datatype,
    shape,
    parameters: { binary_data_size: bytes.length },
  }));
  const json = Buffer.from(JSON.stringify({ model_name: name, ...(id === undefined ? {} : { id }), outputs }));
  const parts = [json, ...Object.values(tensors).map(({ bytes }) => bytes)];
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': json.length,
    'content-length': parts.reduce((total, { length }) => total + length, 0),
  });
  for (const part of parts) response.write(part);
  response.end();
}

function send(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Gives each input as the output of the same place. */
export function echo(inputs, outputs) {
  return (given) => Object.fromEntries(outputs.map(({ name }, i) => [name, given[inputs[i].name]]));
}
