import { FlowError } from '../../errors/flow-error.ts';
import { jsonResponse, type Route } from './exchange.ts';
import type { PipelineChange } from './pipeline-changes.ts';

/** What is asked of a reload. */
export interface ReloadRequest {
  /** Pipelines that may be gone afterwards. */
  readonly remove: readonly string[];
}

/** What a reload changed. */
export interface ReloadReport {
  readonly tookMs: number;
  readonly pipelines: readonly PipelineChange[];
  /** A store that is kept has its values still. */
  readonly stores: readonly { readonly store: string; readonly change: 'kept' | 'added' | 'replaced' | 'removed' }[];
}

/** Loads what is served again and settles when it takes requests; rejects with why it does not, and then nothing has changed. */
export type Reload = (asked: ReloadRequest) => Promise<ReloadReport>;

/** The route by which those who run the pipelines have them loaded again. */
export function reloadRoute(reload: Reload): Route {
  return {
    method: 'POST',
    path: '/reload',
    isAlwaysOpen: false,
    handle: () => async (body) => jsonResponse(await reload(readAsked(body))),
  };
}

/** An empty body asks for nothing particular. Errors: BODY_INVALID. */
function readAsked(body: Buffer): ReloadRequest {
  if (body.length === 0) return { remove: [] };
  const asked = parse(body.toString());
  const names =
    typeof asked === 'object' && asked !== null && 'remove' in asked && Object.keys(asked).length === 1 ? asked.remove : undefined;
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return { remove: names };
  throw new FlowError('BODY_INVALID', 'the body of a reload is neither empty nor {"remove":["NAME"]}', {
    hint: 'Send no body, or name the pipelines that may be gone afterwards: {"remove":["NAME"]}.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
