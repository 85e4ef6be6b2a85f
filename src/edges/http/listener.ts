import { createServer, type Server as NodeServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import type { Logger } from 'pino';
import { FlowError } from '../../errors/flow-error.ts';
import { Answerer, type Answering, type Doorman } from './answerer.ts';
import type { Availability } from './availability.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Route } from './exchange.ts';
import type { HttpLimits } from './limits.ts';
import { malformedHandler } from './malformed.ts';
import { missingRoute } from './missing-route.ts';

/** What a listener answers and with which means. */
export interface ListenerOptions {
  readonly routes: readonly Route[];
  /** What stands for `:name` in the paths of routes. */
  readonly names: readonly string[];
  readonly limits: HttpLimits;
  readonly budget: ByteBudget;
  readonly availability: Availability;
  readonly log: Logger;
  /** Throws for a request that may not come in at all. */
  readonly doorman?: Doorman | undefined;
}

/** One address on which routes are answered over HTTP/1.1. */
export class Listener {
  /** Such as http://127.0.0.1:8080. */
  readonly url: string;
  readonly #server: NodeServer;

  private constructor(server: NodeServer) {
    this.#server = server;
    const { address, port, family } = server.address() as AddressInfo;
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Errors: PORT_TAKEN, ADDRESS_INVALID. */
  static async listen(host: string, port: number, options: ListenerOptions): Promise<Listener> {
    const { app, server } = createApp(options);
    await app.ready();
    await bind(server, host, port);
    // Such as no file descriptor left for a connection: without a listener the process would end.
    server.on('error', (error) => options.log.error({ err: error }, 'a connection could not be taken'));
    return new Listener(server);
  }

  /** Ends every connection; for when nothing is being answered any more, or nobody waits for it. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Fastify routes; the node:http server below it is ours, so that its bounds and its end are too. */
function createApp(options: ListenerOptions): { readonly app: FastifyInstance; readonly server: NodeServer } {
  const answerer = new Answerer(options);
  const server = createNodeServer(options.limits);
  const app = fastify({
    serverFactory: (router) => {
      const listener = directly(options, answerer, router);
      return server.on('request', listener).on('checkContinue', listener).on('checkExpectation', listener);
    },
    clientErrorHandler: malformedHandler(options.log),
    // The request id and the log are ours: a line is written once the outcome is known.
    logger: false,
    genReqId: () => '',
    // A name too long for the router is merely an unknown name.
    routerOptions: { maxParamLength: options.limits.maxHeaderBytes, querystringParser: () => ({}) },
    frameworkErrors: (_error, { raw }, reply) => answerer.answer(badPath, '', raw, reply.raw),
  });
  // Handlers read bodies themselves: after the headers have been judged, counting what comes.
  app.addHttpMethod('POST', { hasBody: false, overrideExisting: true });
  for (const route of options.routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: ({ raw, params }, reply) => answerer.answer(route, nameIn(params), raw, reply.raw),
    });
  }
  const missing = missingRoute(options.routes);
  app.setNotFoundHandler(({ method, url, raw }, reply) => answerer.answer(missing(method, url), '', raw, reply.raw));
  return { app, server };
}

function nameIn(params: unknown): string {
  const { name = '' } = (params ?? {}) as { readonly name?: string };
  return name;
}

/**
 * Answers what is posted to a pipeline's own path as it is usually written, and leaves the rest to the router, with which a
 * small request was measured to cost a seventh more.
 */
function directly({ routes, names }: ListenerOptions, answerer: Answerer, router: RequestListener): RequestListener {
  const posts = routes.filter(({ method }) => method === 'POST');
  const direct = new Map(
    posts.flatMap((route) => names.map((name) => [route.path.replace(':name', () => encodeURIComponent(name)), { route, name }] as const)),
  );
  return (incoming, outgoing) => {
    const found = incoming.method === 'POST' ? direct.get(incoming.url ?? '') : undefined;
    if (found === undefined) router(incoming, outgoing);
    else answerer.answer(found.route, found.name, incoming, outgoing);
  };
}

function createNodeServer({ requestTimeoutMs, maxHeaderBytes }: HttpLimits): NodeServer {
  return createServer({
    maxHeaderSize: maxHeaderBytes,
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    // How late a slow request may be noticed; the default of 30 s would double the limit.
    connectionsCheckingInterval: Math.ceil(Math.min(1000, Math.max(10, requestTimeoutMs / 4))),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Checked by the answerer: node's own refusal has no body.
    requireHostHeader: false,
  });
}

/** Longer than load balancers keep idle connections, so that it is they who end them; 60 s is common. */
const KEEP_ALIVE_MS = 72_000;

const badPath: Answering = {
  isAlwaysOpen: true,
  handle: () => {
    throw new FlowError('HTTP_INVALID', 'the path is not valid percent-encoding');
  },
};

function bind(server: NodeServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => reject(bindError(cause, host, port));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function bindError(cause: NodeJS.ErrnoException, host: string, port: number): FlowError {
  if (cause.code === 'EADDRINUSE') return new FlowError('PORT_TAKEN', `port ${port} of ${host} is taken by another program`, { cause });
  if (cause.code !== 'EACCES') return new FlowError('ADDRESS_INVALID', `cannot listen at ${host}: ${cause.message}`, { cause });
  return new FlowError('PORT_TAKEN', `port ${port} of ${host} is kept for programs with more rights`, {
    cause,
    hint: 'Choose a port of at least 1024, or give the program the right to use this one.',
  });
}
