import { type Handler, type HandlerOptions, startHandler } from './edges/fetch/handler.ts';
import { plansToServe, type Servable } from './plans-to-serve.ts';

export type { Handler };

/** How pipelines are served by a fetch handler; every option has a default. */
export interface FetchHandlerOptions extends HandlerOptions {
  /**
   * The file that exports the pipelines: `import.meta.url` there. Worker threads then run their functions beside their
   * models; without it they run models alone.
   */
  readonly module?: string | URL | undefined;
}

/**
 * Makes of one pipeline or several a function from `Request` to `Response`: the routes, answers, limits and errors of `serve` without
 * its sockets, for a server or framework that speaks fetch, and for tests. The request's own signal cancels its work.
 * It settles when every pipeline is ready; rejects with why one is not, and then nothing is left running.
 * Errors: PIPELINE_INVALID, OPTION_INVALID, and those of setting up a stage.
 */
export async function fetchHandler(
  pipelines: Servable | readonly Servable[],
  { module, ...options }: FetchHandlerOptions = {},
): Promise<Handler> {
  return startHandler(await plansToServe('fetchHandler', pipelines, module), options);
}
