import { FlowError } from '../../errors/flow-error.ts';
import { didYouMean } from '../../errors/suggest.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import { shortName } from '../../schema/json-value.ts';
import type { Deployment, DeploymentStatistics } from '../../serving/deployment.ts';
import type { HttpRequest } from './exchange.ts';
import type { HttpLimits } from './limits.ts';
import { type PipelineCodec, pipelineCodec } from './pipeline-codec.ts';

/** One pipeline and what runs it, once that is set up. */
export interface ServedPipeline {
  readonly plan: LogicalPlan;
  readonly codec: PipelineCodec;
  readonly deployment: Deployment | undefined;
}

/** The pipelines of one server, by name. They are known before they run: a server answers while models load. */
export class ServedPipelines {
  #byName: Map<string, ServedPipeline>;
  readonly #limits: HttpLimits;
  #generation = 0;

  constructor(plans: readonly LogicalPlan[], limits: HttpLimits) {
    this.#limits = limits;
    this.#byName = new Map(plans.map((plan) => [plan.name, { plan, codec: pipelineCodec(plan, limits), deployment: undefined }]));
  }

  /** Another number once other pipelines are served. */
  get generation(): number {
    return this.#generation;
  }

  get all(): readonly ServedPipeline[] {
    return [...this.#byName.values()];
  }

  get isReady(): boolean {
    for (const { deployment } of this.#byName.values()) if (deployment?.isReady !== true) return false;
    return true;
  }

  /** Of each that is set up. */
  statistics(): readonly DeploymentStatistics[] {
    return this.all.flatMap(({ deployment }) => deployment?.statistics() ?? []);
  }

  /** Lets requests reach a pipeline. */
  start(deployment: Deployment): void {
    const { name } = deployment.plan;
    this.#byName.set(name, { ...this.get(name), deployment });
  }

  /** Puts these in the place of all before them, between two requests: one that runs keeps the deployment it has. */
  replace(deployments: readonly Deployment[]): void {
    this.#byName = new Map(
      deployments.map((deployment) => [
        deployment.plan.name,
        { plan: deployment.plan, codec: pipelineCodec(deployment.plan, this.#limits), deployment },
      ]),
    );
    this.#generation++;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** PIPELINE_UNKNOWN for a name that is not served. */
  get(name: string): ServedPipeline {
    const served = this.#byName.get(name);
    if (served !== undefined) return served;
    const asked = shortName(name);
    throw new FlowError('PIPELINE_UNKNOWN', `there is no pipeline "${asked}"${didYouMean(asked, this.#byName.keys())}`);
  }

  /** The deployment of a pipeline; PIPELINE_UNKNOWN, or NOT_READY before it is set up. */
  deployment(name: string): Deployment {
    const { deployment } = this.get(name);
    if (deployment !== undefined) return deployment;
    throw new FlowError('NOT_READY', `the pipeline "${name}" is being set up`, { retryAfterMs: 1000 });
  }

  /** Traces a request to run a pipeline that failed before its rows were known, and so before its deployment knew of it. */
  readonly traceRefusal = ({ name, rows, headers }: HttpRequest, error: FlowError): void => {
    if (rows === undefined) this.#byName.get(name)?.deployment?.traceRefusal(error, headers);
  };
}
