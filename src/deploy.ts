import { FlowError } from './errors/flow-error.ts';
import { checkOptions } from './language/options.ts';
import type { Pipeline } from './pipeline.ts';
import { planOf } from './plan/program.ts';
import { programOf } from './program/program-of.ts';
import { type Columns, describeValue, type Row } from './schema/column.ts';
import { Deployment, type DeploymentStatistics, type RunOptions } from './serving/deployment.ts';
import type { DeploymentOptions } from './serving/settings.ts';

export interface DeployOptions
  extends Pick<
    DeploymentOptions,
    | 'workers'
    | 'maxQueue'
    | 'admission'
    | 'timeoutMs'
    | 'graceMs'
    | 'rules'
    | 'freezeRows'
    | 'memoryMb'
    | 'cores'
    | 'resources'
    | 'onCrash'
    | 'onOutput'
  > {
  /**
   * The file that exports the pipeline: `import.meta.url` there. Worker threads then run its functions beside its models;
   * without it they run models alone.
   */
  readonly module?: string | URL | undefined;
}

/** A pipeline that runs in this process under options of its own. */
export interface Deployed<I extends Columns, O extends Columns> {
  run(rows: readonly Row<I>[], options?: RunOptions): Promise<readonly Row<O>[]>;
  statistics(): DeploymentStatistics;
  /** Takes no more requests, answers those under way, runs every `teardown` and ends the worker threads. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a pipeline in this process; settles when every `setup` is done, rejects with why one failed. */
export async function deploy<I extends Columns, O extends Columns>(
  pipeline: Pipeline<I, O>,
  options: DeployOptions = {},
): Promise<Deployed<I, O>> {
  const plan = planOf(pipeline);
  if (plan === undefined) throw new FlowError('PIPELINE_INVALID', `deploy: ${describeValue(pipeline)} is not a pipeline`);
  checkOptions(options, OPTIONS, 'deploy');
  const { module, ...rest } = options;
  const deployment = await Deployment.start(plan, { ...rest, program: await programOf(module) });
  // Its rows are those of the plan, which is the pipeline's.
  return deployment as unknown as Deployed<I, O>;
}

const OPTIONS = [
  'module',
  'workers',
  'maxQueue',
  'admission',
  'timeoutMs',
  'graceMs',
  'rules',
  'freezeRows',
  'memoryMb',
  'cores',
  'resources',
  'onCrash',
  'onOutput',
] as const satisfies readonly (keyof DeployOptions)[];
