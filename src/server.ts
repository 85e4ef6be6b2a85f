import { type PlanToServe, type Server, type ServerOptions, startServer } from './edges/http/pipeline-server.ts';
import { FlowError } from './errors/flow-error.ts';
import type { Pipeline } from './pipeline.ts';
import { planOf } from './plan/program.ts';
import { programOf } from './program/program-of.ts';
import { type Columns, describeValue } from './schema/column.ts';

export type { Server, ServerOptions };

/** How pipelines are served in one's own program; every option has a default. */
export interface ServeOptions extends ServerOptions {
  /**
   * The file that exports the pipelines: `import.meta.url` there. Worker threads then run their functions beside their
   * models; without it they run models alone.
   */
  readonly module?: string | URL | undefined;
}

/** What a pipeline shows of itself; the rest is found by its symbol. */
type Servable = Pick<Pipeline<Columns, Columns>, 'name' | 'close'>;

/**
 * Serves one pipeline or several over HTTP. It listens at once, answers NOT_READY while models load, and settles
 * when every pipeline is ready; rejects with why one is not, and then nothing is left running.
 * Errors: PIPELINE_INVALID, OPTION_INVALID, PORT_TAKEN, ADDRESS_INVALID, and those of setting up a stage.
 */
export async function serve(pipelines: Servable | readonly Servable[], options: ServeOptions = {}): Promise<Server> {
  const { module, ...serverOptions } = options;
  const given: readonly unknown[] = Array.isArray(pipelines) ? pipelines : [pipelines];
  const plans = given.map((pipeline) => {
    const plan = planOf(pipeline);
    if (plan === undefined) throw new FlowError('PIPELINE_INVALID', `serve: ${describeValue(pipeline)} is not a pipeline`);
    return plan;
  });
  const program = await programOf(module);
  return startServer(
    plans.map((plan): PlanToServe => ({ plan, program })),
    serverOptions,
  );
}
