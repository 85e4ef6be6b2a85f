import { FlowError } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';
import { asFlowError, errorResponse } from '../http/error-response.ts';
import { byteLengthOf, type HttpResponse, wholeOf } from '../http/exchange.ts';
import { type Load, PipelineService, type PlanToServe, type ServiceOptions } from '../http/pipeline-service.ts';
import { requestIds } from '../http/request-id.ts';
import { logOutcome } from '../http/request-log.ts';
import { metricsText } from '../metrics/metrics-text.ts';
import { checkBasePath } from './base-path.ts';
import { FetchRequest } from './fetch-request.ts';
import { type Found, routeTable } from './route-table.ts';

/** How a fetch handler serves; every option has a default. The limits of connections are those of whoever accepts them. */
export interface HandlerOptions extends Omit<ServiceOptions, 'requestTimeoutMs' | 'maxHeaderBytes'> {
  /** Where the routes are: with /ml, POST /ml/pipelines/NAME/run. Default: at the root. */
  readonly basePath?: string | undefined;
}

/** Pipelines behind a function from `Request` to `Response`. */
export interface Handler {
  /** Answers a request; never rejects. It may be passed on by itself: it needs no `this`. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Requests and body bytes being answered now. */
  readonly load: Load;
  /** The metrics of its pipelines and of the process in the text format of Prometheus, `text/plain; version=0.0.4`. */
  metrics(): Promise<string>;
  /** Answers what is under way, refuses what is new with DRAINING, then ends the pipelines. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** See `fetchHandler`, which is this for pipelines. */
export async function startHandler(plans: readonly PlanToServe[], { basePath = '', ...options }: HandlerOptions): Promise<Handler> {
  const path = checkBasePath(CALLER, basePath);
  const service = new PipelineService(plans, options, CALLER);
  await service.start();
  return new FetchHandler(service, path);
}
const CALLER = 'fetchHandler';

class FetchHandler implements Handler {
  readonly #service: PipelineService;
  readonly #find: (method: string, path: string) => Found;
  readonly #idOf = requestIds();
  readonly #ongoing = new Set<FetchRequest>();
  #closing: Promise<void> | undefined;

  constructor(service: PipelineService, basePath: string) {
    this.#service = service;
    this.#find = routeTable(service.publicRoutes(basePath), basePath);
  }

  get load(): Load {
    return this.#service.load;
  }

  metrics(): Promise<string> {
    return metricsText(this.#service.pipelines.statistics());
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    const startMs = Date.now();
    const id = this.#idOf(headerIn(request, 'x-request-id'));
    const path = pathOf(request);
    const { response, error } = await this.#outcome(request, id, path);
    const incoming = { method: request?.method, url: path ?? request?.url };
    logOutcome(this.#service.log, { id, startMs, incoming }, response.status, error);
    return toResponse(response, id, request?.method === 'HEAD');
  };

  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #outcome(request: Request, id: string, path: string | undefined): Promise<Outcome> {
    if (!isRequest(request)) return failed(notARequest(request), errorResponse);
    if (path === undefined) return failed(notAbsolute(request.url), errorResponse);
    const found = this.#find(request.method, path);
    try {
      return { response: await this.#answer(request, id, found), error: undefined };
    } catch (thrown) {
      return failed(asFlowError(thrown), found.route.errorResponse ?? errorResponse);
    }
  }

  async #answer(request: Request, id: string, { route, name }: Found): Promise<HttpResponse> {
    const { limits, budget, availability } = this.#service;
    const exchange = new FetchRequest(request, { id, name }, limits.maxBodyBytes, budget);
    availability.enter();
    this.#ongoing.add(exchange);
    try {
      const refusal = route.isAlwaysOpen ? undefined : availability.refusal();
      if (refusal !== undefined) throw refusal;
      const handled = route.handle(exchange);
      return typeof handled === 'function' ? await handled(await exchange.readBody()) : handled;
    } catch (thrown) {
      const error = asFlowError(thrown);
      route.onFailure?.(exchange, error);
      throw error;
    } finally {
      this.#ongoing.delete(exchange);
      exchange.release();
      availability.leave();
    }
  }

  async #drain(): Promise<void> {
    await this.#service.drain({ lingerMs: 0, giveUp: () => this.#giveUp() });
    await this.#service.end();
  }

  #giveUp(): void {
    for (const request of this.#ongoing) request.cancel(new FlowError('REQUEST_CANCELLED', 'the handler was closed before the answer'));
  }
}

/** What a request is answered, and the error that this tells. */
interface Outcome {
  readonly response: HttpResponse;
  readonly error: FlowError | undefined;
}

function failed(error: FlowError, tell: (error: FlowError) => HttpResponse): Outcome {
  return { response: tell(error), error };
}

/** Undefined where there is none: the url of a Request of the platform is absolute, another's may not be. */
function pathOf(request: Request): string | undefined {
  if (!isRequest(request)) return undefined;
  try {
    return new URL(request.url).pathname;
  } catch {
    return undefined;
  }
}

function headerIn(request: Request, name: string): string | undefined {
  return isRequest(request) ? (request.headers.get(name) ?? undefined) : undefined;
}

/** Frameworks and polyfills have Request classes of their own, so it is known by what it has. */
function isRequest(value: unknown): value is Request {
  if (typeof value !== 'object' || value === null) return false;
  const { url, method, headers, signal } = value as Partial<Request>;
  return typeof url === 'string' && typeof method === 'string' && typeof headers?.get === 'function' && signal !== undefined;
}

function notARequest(value: unknown): FlowError {
  return new FlowError('HTTP_INVALID', `fetch takes a Request but was given ${describeValue(value)}`, {
    hint: 'Give it the Request of the platform; in Hono that is c.req.raw.',
  });
}

function notAbsolute(url: string): FlowError {
  return new FlowError('HTTP_INVALID', `the url of a Request must be absolute but is ${describeValue(url)}`, {
    hint: 'Give it the Request of the platform, or a url such as http://localhost/pipelines.',
  });
}

function toResponse({ status, headers, body }: HttpResponse, id: string, isHead: boolean): Response {
  const fields = new Headers({ ...headers, 'x-request-id': id });
  if (status === 204) return new Response(null, { status, headers: fields });
  fields.set('content-length', String(byteLengthOf(body)));
  // A Buffer is bytes in memory that is not shared, though its type does not say so.
  return new Response(isHead ? null : (wholeOf(body) as string | Uint8Array<ArrayBuffer>), { status, headers: fields });
}
