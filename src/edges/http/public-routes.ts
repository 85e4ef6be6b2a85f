import type { AnyRow } from '../../schema/column.ts';
import type { Deployment } from '../../serving/deployment.ts';
import { describePipeline } from './describe-pipeline.ts';
import { type BodyHandler, type HttpRequest, type HttpResponse, jsonResponse, type Route } from './exchange.ts';
import type { HttpLimits } from './limits.ts';
import { openApi } from './openapi.ts';
import { requestTimeout } from './request-timeout.ts';
import type { ServedPipelines } from './served-pipelines.ts';

/** The routes of the public listener: running pipelines, and what a client must know to do so. */
export function publicRoutes(pipelines: ServedPipelines, limits: HttpLimits, basePath = ''): readonly Route[] {
  let document: HttpResponse | undefined;
  let described = pipelines.generation;
  return [
    {
      method: 'POST',
      path: '/pipelines/:name/run',
      isAlwaysOpen: false,
      handle: (request) => run(pipelines, limits, request),
      onFailure: pipelines.traceRefusal,
    },
    {
      method: 'GET',
      path: '/pipelines/:name',
      isAlwaysOpen: false,
      handle: ({ name }) => jsonResponse(describePipeline(pipelines.get(name).plan)),
    },
    {
      method: 'GET',
      path: '/pipelines',
      isAlwaysOpen: false,
      handle: () => jsonResponse({ pipelines: pipelines.all.map(({ plan }) => plan.name) }),
    },
    {
      method: 'GET',
      path: '/openapi.json',
      isAlwaysOpen: false,
      // Made when first asked for, and once, unless other pipelines are served since.
      handle: () => {
        if (document === undefined || described !== pipelines.generation) {
          described = pipelines.generation;
          document = jsonResponse(
            openApi(
              pipelines.all.map(({ plan }) => plan),
              basePath,
            ),
          );
        }
        return document;
      },
    },
  ];
}

/** Everything that the headers alone decide comes before the body is read. The time that a client allows starts when its body is here. */
function run(pipelines: ServedPipelines, limits: HttpLimits, request: HttpRequest): BodyHandler {
  const { id: requestId, headers, name, signal } = request;
  pipelines.deployment(name);
  const timeoutMs = requestTimeout(headers, limits.maxTimeoutMs);
  pipelines.get(name).codec.checkHeaders(headers);
  return (body) => {
    // Only now: while the body came, another deployment may have taken the place of the one that was there.
    const { codec } = pipelines.get(name);
    const deployment = pipelines.deployment(name);
    const { rows, isOne } = codec.readRows(headers, body);
    request.rows = rows.length;
    const answer = deployment.runValid(rows, { signal, timeoutMs, requestId, headers });
    // Where nothing had to wait, neither does the answer.
    if (isRows(answer)) return codec.respond(answer, isOne, headers);
    return answer.then((answered) => codec.respond(answered, isOne, headers));
  };
}

function isRows(answer: ReturnType<Deployment['runValid']>): answer is readonly AnyRow[] {
  return Array.isArray(answer);
}
