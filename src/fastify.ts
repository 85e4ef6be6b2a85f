import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { type MountOptions, mount } from './edges/fastify/mount.ts';
import { FlowError } from './errors/flow-error.ts';
import { plansToServe, type Servable } from './plans-to-serve.ts';

/** What the plugin serves, and how. */
export interface FlowserveOptions extends MountOptions {
  readonly pipelines: Servable | readonly Servable[];
  /** Where the routes are: with /ml, POST /ml/pipelines/NAME/run. Default: at the root of the instance. */
  readonly prefix?: string;
  /**
   * The file that exports the pipelines: `import.meta.url` there. Worker threads then run their functions beside their
   * models; without it they run models alone.
   */
  readonly module?: string | URL | undefined;
}

const HINT = 'Write app.register(flowserve, { pipelines: [pipeline] }).';

/**
 * A plugin for Fastify 5 that serves pipelines in one's own application: `app.register(flowserve, { pipelines, prefix: '/ml' })`.
 * It is encapsulated: hooks of the application run for its routes too, and nothing of it reaches others. The pipelines are set up
 * by `app.ready()`, answer what is under way on `app.close()` and end. Requests are logged by the application's logger.
 * Errors, from `app.ready()`: PIPELINE_INVALID, OPTION_INVALID, and those of setting up a stage.
 */
export const flowserve: FastifyPluginAsync<FlowserveOptions> = Object.assign(
  async (app: FastifyInstance, { pipelines, module, ...options }: FlowserveOptions = { pipelines: [] }): Promise<void> => {
    if (typeof app?.register !== 'function')
      throw new FlowError('OPTION_INVALID', 'flowserve is a plugin, not a function to call', { hint: HINT });
    if (pipelines === undefined) throw new FlowError('PIPELINE_INVALID', 'flowserve: the option pipelines is missing', { hint: HINT });
    await mount(app, await plansToServe('flowserve', pipelines, module), options);
  },
  {
    [Symbol.for('fastify.display-name')]: 'flowserve',
    [Symbol.for('plugin-meta')]: { name: 'flowserve', fastify: '5.x' },
  },
);
