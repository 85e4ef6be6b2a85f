import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';
import type { HttpLimits } from '../http/limits.ts';
import type { ServedPipelines } from '../http/served-pipelines.ts';
import { checkDepth } from './check-depth.ts';
import { VERSION } from './pipeline-model.ts';

/** The models with their states: all of them, or with `{"ready":true}` those that are ready. Errors: BODY_INVALID, JSON_TOO_DEEP. */
export function repositoryIndex(pipelines: ServedPipelines, body: Buffer, limits: HttpLimits): readonly object[] {
  const onlyReady = body.length > 0 && asksForReady(body, limits);
  const models = pipelines.all.map(({ plan, deployment }) => {
    const isReady = deployment?.isReady === true;
    return { name: plan.name, version: VERSION, state: isReady ? 'READY' : 'UNAVAILABLE', reason: isReady ? '' : 'it is being set up' };
  });
  return onlyReady ? models.filter(({ state }) => state === 'READY') : models;
}

function asksForReady(body: Buffer, { maxJsonDepth }: HttpLimits): boolean {
  checkDepth(body, maxJsonDepth);
  const value = parsed(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('the body must be an object of JSON', value);
  const { ready = null }: { readonly ready?: unknown } = value;
  if (ready === null || typeof ready === 'boolean') return ready === true;
  throw wrong('"ready" must be true or false', ready);
}

function wrong(problem: string, found: unknown): FlowError {
  return new FlowError('BODY_INVALID', `${problem} but is ${describeValue(found)}`, { hint: HINT });
}
const HINT = 'Send {"ready":true} for the models that are ready, or no body for all.';

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new FlowError('BODY_INVALID', `the body is not JSON: ${messageOf(cause)}`, { cause, hint: HINT });
  }
}
