import { type Server, type ServerOptions, startServer } from './edges/http/pipeline-server.ts';
import { metricsText } from './edges/metrics/metrics-text.ts';
import { plansToServe, type Servable } from './plans-to-serve.ts';
import type { DeploymentStatistics } from './serving/deployment.ts';

export type { Server, ServerOptions };

/** How pipelines are served in one's own program; every option has a default. */
export interface ServeOptions extends ServerOptions {
  /**
   * The file that exports the pipelines: `import.meta.url` there. Worker threads then run their functions beside their
   * models; without it they run models alone.
   */
  readonly module?: string | URL | undefined;
}

/**
 * Serves one pipeline or several over HTTP. It listens at once, answers NOT_READY while models load, and settles
 * when every pipeline is ready; rejects with why one is not, and then nothing is left running.
 * Errors: PIPELINE_INVALID, OPTION_INVALID, PORT_TAKEN, ADDRESS_INVALID, and those of setting up a stage.
 */
export async function serve(pipelines: Servable | readonly Servable[], options: ServeOptions = {}): Promise<Server> {
  const { module, ...serverOptions } = options;
  return startServer(await plansToServe('serve', pipelines, module), serverOptions);
}

/**
 * The metrics of pipelines that run by `deploy`, and of the process, in the text format of Prometheus, `text/plain; version=0.0.4`:
 * `metrics(deployment.statistics(), other.statistics())`. A server has them at `GET /metrics` of its admin listener.
 */
export function metrics(...statistics: readonly DeploymentStatistics[]): Promise<string> {
  return metricsText(statistics);
}
