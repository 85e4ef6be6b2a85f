import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { FlowError } from '../../errors/flow-error.ts';
import { endEarly, isEndless } from '../http/early-answer.ts';
import { asFlowError, errorResponse } from '../http/error-response.ts';
import { byteLengthOf, type HttpResponse, type Route, wholeOf } from '../http/exchange.ts';
import { NodeRequest } from '../http/node-request.ts';
import { onceOver } from '../http/once-over.ts';
import { PipelineService, type PlanToServe, type ServiceOptions } from '../http/pipeline-service.ts';
import { logOutcome } from '../http/request-log.ts';

/** How pipelines are served in an application of Fastify; the limits of connections and the log are the application's. */
export interface MountOptions extends Omit<ServiceOptions, 'requestTimeoutMs' | 'maxHeaderBytes' | 'drainTimeoutMs' | 'logger'> {
  /**
   * Whether plans and statistics are there too (default false), at …/pipelines/NAME/plan, …/pipelines/NAME/statistics, …/statistics and …/metrics.
   * They say how the pipelines are made and used: let only those in who run them.
   */
  readonly admin?: boolean | undefined;
}

/** See `flowserve` of flowserve/fastify, which is this for pipelines. */
export async function mount(
  app: FastifyInstance,
  plans: readonly PlanToServe[],
  { admin = false, ...options }: MountOptions,
): Promise<void> {
  const service = new PipelineService(plans, { ...options, logger: loggerOf(app.log) }, CALLER);
  // Handlers read bodies themselves: after the headers have been judged, counting what comes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  const routes = [...service.publicRoutes(app.prefix), ...(admin ? service.adminRoutes() : [])];
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => answer(service, route, request, reply),
      errorHandler: (error, request, reply) => answerMediaError(service, error, request, reply),
    });
  }
  app.addHook('preClose', async () => service.availability.drain());
  app.addHook('onClose', () => service.end());
  await inTime(service, app.initialConfig.pluginTimeout ?? 0);
}
const CALLER = 'flowserve';

/** Fastify gives up on a plugin after a while, in words that speak of a forgotten callback. */
async function inTime(service: PipelineService, timeoutMs: number): Promise<void> {
  const starting = service.start();
  if (timeoutMs === 0) return starting;
  let callOff = (): void => {};
  const timeIsUp = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(tooSlow(timeoutMs)), timeoutMs * SHARE_OF_TIMEOUT);
    callOff = () => clearTimeout(timer);
  });
  try {
    await Promise.race([starting, timeIsUp]);
  } catch (error) {
    // Nobody waits for it any more: what still starts is closed, and what fails has been spoken of.
    starting.then(() => service.end()).catch(() => {});
    throw error;
  } finally {
    callOff();
  }
}
/** Ours must be said before Fastify's own. */
const SHARE_OF_TIMEOUT = 0.9;

function tooSlow(timeoutMs: number): FlowError {
  return new FlowError('SETUP_FAILED', `${CALLER}: the pipelines were not set up within Fastify's pluginTimeout of ${timeoutMs} ms`, {
    hint: 'Give it more time: fastify({ pluginTimeout: 120_000 }), or 0 for as long as it takes.',
  });
}

async function answer(service: PipelineService, route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { name = '' } = (request.params ?? {}) as { readonly name?: string };
  const { limits, budget, availability } = service;
  const exchange = new NodeRequest(request.raw, reply.raw, { id: request.id, name }, limits.maxBodyBytes, budget);
  const startMs = Date.now();
  onceOver(request.raw, reply.raw, (isAnswered) => {
    if (!isAnswered) exchange.leave();
  });
  availability.enter();
  try {
    return send(service, await admitted(service, route, exchange), request, reply);
  } catch (thrown) {
    const error = asFlowError(thrown);
    route.onFailure?.(exchange, error);
    const response = (route.errorResponse ?? errorResponse)(error);
    logOutcome(loggerOf(request.log), { id: request.id, startMs, incoming: request.raw }, response.status, error);
    return send(service, response, request, reply);
  } finally {
    exchange.release();
    availability.leave();
  }
}

async function admitted({ availability }: PipelineService, route: Route, exchange: NodeRequest): Promise<HttpResponse> {
  const refusal = route.isAlwaysOpen ? undefined : availability.refusal();
  if (refusal !== undefined) throw refusal;
  const handled = route.handle(exchange);
  if (typeof handled !== 'function') return handled;
  return handled(await new Promise<Buffer>((use, refuse) => exchange.readBody(route.alignedAt?.(exchange.headers) ?? 0, use, refuse)));
}

/** Through Fastify's reply, so that the application's hooks see it and its headers are kept. */
function send(
  { limits, availability }: PipelineService,
  response: HttpResponse,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, headers, body } = response;
  const { raw: incoming } = request;
  reply.code(status).headers({ ...headers, 'x-request-id': request.id });
  // Else app.close() waits for a connection that its client keeps for the next request.
  if (availability.isDraining && incoming.httpVersionMajor === 1) reply.header('connection', 'close');
  if (incoming.httpVersionMajor !== 1 || !isEndless(incoming, limits.maxBodyBytes)) return reply.send(wholeOf(body));
  reply.hijack();
  reply.raw.writeHead(status, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-length': byteLengthOf(body),
    connection: 'close',
  });
  endEarly(wholeOf(body), incoming, reply.raw);
  return reply;
}

/** Fastify judges the content type before the handler may; everything else is the application's to answer. */
function answerMediaError(service: PipelineService, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error.code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return reply.send(error);
  return send(service, errorResponse(new FlowError('MEDIA_UNSUPPORTED', 'the content type is not a media type')), request, reply);
}

/** Fastify's log is pino's, or has its functions; an answer is logged by Fastify itself. */
function loggerOf(log: FastifyBaseLogger): Logger {
  return log as unknown as Logger;
}
