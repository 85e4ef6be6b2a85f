import { FlowError } from '../../errors/flow-error.ts';
import { JSON_LENGTH_HEADER } from '../../protocol/open-inference/message-body.ts';
import type { ByteBudget } from '../http/byte-budget.ts';
import { type BodyHandler, type HttpHeaders, type HttpResponse, headerOf, jsonResponse, type Route } from '../http/exchange.ts';
import type { HttpLimits } from '../http/limits.ts';
import type { ServedPipelines } from '../http/served-pipelines.ts';
import { openInferenceError } from './error-response.ts';
import { inferHandler } from './infer-compressed.ts';
import { modelConfig, serverMetadata } from './model-config.ts';
import { allStatistics, modelStatistics } from './model-statistics.ts';
import { type Found, findModel, VERSION } from './pipeline-model.ts';
import { repositoryIndex } from './repository-index.ts';
import { unservedRoutes } from './unserved-routes.ts';

type Part = Pick<Route, 'method' | 'path' | 'handle' | 'alignedAt' | 'onFailure'> & { readonly isAlwaysOpen?: boolean };

/** The routes of the Open Inference Protocol, version 2: every pipeline is a model. */
export function openInferenceRoutes(
  pipelines: ServedPipelines,
  limits: HttpLimits,
  budget: ByteBudget,
  isReady: () => boolean,
): readonly Route[] {
  const parts = [...serverRoutes(pipelines, limits, isReady), ...modelRoutes(pipelines, isReady), ...unservedRoutes()];
  const infer: Part = {
    method: 'POST',
    path: '/v2/models/:name/infer',
    handle: inferHandler({ pipelines, limits }, budget),
    alignedAt,
    onFailure: pipelines.traceRefusal,
  };
  return [...parts, ...withVersion(infer)].map((part) => ({ isAlwaysOpen: false, errorResponse: openInferenceError, ...part }));
}

/** The bytes of the first tensor follow the JSON. */
function alignedAt(headers: HttpHeaders): number {
  const length = Number(headerOf(headers, JSON_LENGTH_HEADER));
  return Number.isInteger(length) && length > 0 ? length : 0;
}

/** The same route with the only version there is in its path. */
function withVersion(part: Part): readonly Part[] {
  return [part, { ...part, path: part.path.replace(':name', `:name/versions/${VERSION}`) }];
}

function serverRoutes(pipelines: ServedPipelines, limits: HttpLimits, isReady: () => boolean): readonly Part[] {
  const metadata = (): HttpResponse => jsonResponse(serverMetadata());
  return [
    { method: 'GET', path: '/v2/health/live', isAlwaysOpen: true, handle: () => jsonResponse({ live: true }) },
    { method: 'GET', path: '/v2/health/ready', isAlwaysOpen: true, handle: () => ready(isReady(), { ready: true }) },
    { method: 'GET', path: '/v2', handle: metadata },
    { method: 'GET', path: '/v2/', handle: metadata },
    { method: 'GET', path: '/v2/models', handle: () => jsonResponse({ models: pipelines.all.map(({ plan }) => plan.name) }) },
    {
      method: 'GET',
      path: '/v2/models/stats',
      handle: () => jsonResponse({ model_stats: pipelines.all.flatMap(({ plan }) => statistics(pipelines, plan.name)) }),
    },
    { method: 'POST', path: '/v2/repository/index', handle: () => (body) => jsonResponse(repositoryIndex(pipelines, body, limits)) },
  ];
}

function modelRoutes(pipelines: ServedPipelines, isReady: () => boolean): readonly Part[] {
  const model = (path: string, answer: (found: Found) => HttpResponse | BodyHandler, isAlwaysOpen = false): readonly Part[] =>
    withVersion({ method: 'GET', path: `/v2/models/:name${path}`, isAlwaysOpen, handle: ({ name }) => answer(findModel(pipelines, name)) });
  return [
    ...model('', (found) => jsonResponse(found.stage?.metadata ?? found.pipeline.metadata)),
    ...model('/ready', (found) => ready(isReady() && isUp(pipelines, found), { name: nameOf(found), ready: true }), true),
    ...model('/config', (found) => jsonResponse(modelConfig(found))),
    ...model('/stats', (found) => jsonResponse({ model_stats: [modelStatistics(found, pipelines.deployment(found.pipeline.plan.name))] })),
  ];
}

function nameOf({ pipeline, stage }: Found): string {
  return stage?.name ?? pipeline.plan.name;
}

function isUp(pipelines: ServedPipelines, { pipeline }: Found): boolean {
  return pipelines.get(pipeline.plan.name).deployment?.isReady === true;
}

/** NOT_READY: clients look at the status alone. */
function ready(isReady: boolean, body: object): HttpResponse {
  if (isReady) return jsonResponse(body);
  throw new FlowError('NOT_READY', 'it does not take requests now', { retryAfterMs: 1000 });
}

function statistics(pipelines: ServedPipelines, name: string): readonly object[] {
  return allStatistics(findModel(pipelines, name), pipelines.deployment(name));
}
