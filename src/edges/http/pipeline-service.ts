import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import { describeValue } from '../../schema/column.ts';
import { Deployment } from '../../serving/deployment.ts';
import { type DeploymentOptions, defaultWorkers, type Scaling, scalingOf } from '../../serving/settings.ts';
import { openInferenceRoutes } from '../open-inference/routes.ts';
import { adminRoutes } from './admin-routes.ts';
import { Availability } from './availability.ts';
import { ByteBudget } from './byte-budget.ts';
import type { Route } from './exchange.ts';
import { healthRoutes } from './health-routes.ts';
import { type HttpLimits, limitsOf } from './limits.ts';
import { type PipelineChange, pipelineChanges } from './pipeline-changes.ts';
import { publicRoutes } from './public-routes.ts';
import { ServedPipelines } from './served-pipelines.ts';

/** How pipelines are served whatever carries their requests; every option has a default. */
export interface ServiceOptions
  extends Pick<
      DeploymentOptions,
      'workers' | 'maxQueue' | 'admission' | 'timeoutMs' | 'graceMs' | 'rules' | 'freezeRows' | 'memoryMb' | 'cores' | 'resources'
    >,
    Partial<{ readonly [K in keyof HttpLimits]: HttpLimits[K] | undefined }> {
  /** How long `close` waits for requests under way before it ends them (default 30 000). */
  readonly drainTimeoutMs?: number | undefined;
  /** Default: pino at level info, to standard error; false: none. */
  readonly logger?: Logger | false | undefined;
}

/** A plan, and the module that its functions are in, where worker threads may run them. */
export interface PlanToServe {
  readonly plan: LogicalPlan;
  readonly program: string | null;
}

/** Requests and body bytes being answered now. */
export interface Load {
  readonly ongoing: number;
  readonly bytesInFlight: number;
}

interface Draining {
  /** How long to be there for who comes just now, once nothing is under way. */
  readonly lingerMs: number;
  /** Cancels the requests that outlast the drain. */
  readonly giveUp: () => void;
}

/** How pipelines take the place of others. */
export interface ReplaceOptions {
  /** Which pipelines may be gone afterwards: by name, or any. */
  readonly remove: readonly string[] | 'any';
  /** Given up where it aborts before the new ones have the requests. */
  readonly signal: AbortSignal;
  /** Called between the last request of the old ones and the first of the new. */
  readonly onMove: () => void;
}

/** Pipelines that are served, without a transport: their routes, their limits, their deployments and their end. */
export class PipelineService {
  readonly limits: HttpLimits;
  readonly pipelines: ServedPipelines;
  readonly budget: ByteBudget;
  readonly availability = new Availability();
  readonly log: Logger;
  readonly #options: ServiceOptions;
  readonly #drainTimeoutMs: number;
  readonly #scaling: Scaling;
  #plans: readonly PlanToServe[];
  #deployments: readonly Deployment[] = [];
  /** Those that were replaced and still answer. */
  readonly #retiring = new Set<Promise<void>>();

  /** `caller` is the function that messages about options name. Errors: PIPELINE_INVALID, OPTION_INVALID. */
  constructor(plans: readonly PlanToServe[], options: ServiceOptions, caller: string) {
    this.#plans = checkPlans(plans, caller);
    this.#options = options;
    this.#scaling = scalingOf(options);
    this.limits = limitsOf(options, caller);
    this.#drainTimeoutMs = wholeNumber(caller, 'drainTimeoutMs', options.drainTimeoutMs ?? 30_000, Number.MAX_SAFE_INTEGER);
    this.pipelines = new ServedPipelines(
      plans.map(({ plan }) => plan),
      this.limits,
    );
    this.budget = new ByteBudget(this.limits.maxBytesInFlight);
    this.log = loggerOf(options.logger);
  }

  get load(): Load {
    return { ongoing: this.availability.ongoing, bytesInFlight: this.budget.inFlight };
  }

  /** What clients are answered; `basePath` is where they find it. */
  publicRoutes(basePath = ''): readonly Route[] {
    const { pipelines, limits, budget } = this;
    return [
      ...publicRoutes(pipelines, limits, basePath),
      ...this.healthRoutes(),
      ...openInferenceRoutes(pipelines, limits, budget, () => this.#isReady),
    ];
  }

  /** What those who run the pipelines are answered. */
  adminRoutes(): readonly Route[] {
    return adminRoutes(this.pipelines, this.#options.workers ?? defaultWorkers());
  }

  healthRoutes(): readonly Route[] {
    return healthRoutes(() => this.#isReady);
  }

  get #isReady(): boolean {
    return this.availability.isOpen && this.pipelines.isReady;
  }

  /** Sets every pipeline up and then takes requests; when one fails, those that are up are closed. */
  async start(): Promise<void> {
    this.#deployments = await this.#startAll(this.#plans);
    for (const deployment of this.#deployments) this.pipelines.start(deployment);
    this.availability.open();
  }

  /**
   * Sets these pipelines up, then gives them the requests of those before, which answer what they have and close. Settles when the
   * new ones take requests, with what is other about them; when one of them fails, or `signal` aborts before that, nothing changes.
   * Errors: as `start`; PIPELINE_REMOVED, RELOAD_OVERTAKEN, DRAINING.
   */
  async replace(plans: readonly PlanToServe[], { remove, signal, onMove }: ReplaceOptions): Promise<readonly PipelineChange[]> {
    const changes = pipelineChanges(this.#plans, checkPlans(plans, 'serve'));
    if (remove !== 'any') checkRemoved(changes, remove);
    const deployments = await this.#startAll(plans);
    const refusal = this.#noMove(signal);
    if (refusal !== undefined) {
      for (const deployment of deployments) this.#retire(deployment);
      throw refusal;
    }
    this.#move(plans, deployments, onMove);
    return changes;
  }

  #noMove(signal: AbortSignal): FlowError | undefined {
    if (signal.aborted) return new FlowError('RELOAD_OVERTAKEN', 'a later reload has begun');
    return this.availability.isDraining ? this.availability.refusal() : undefined;
  }

  #move(plans: readonly PlanToServe[], deployments: readonly Deployment[], onMove: () => void): void {
    const before = this.#deployments;
    this.#plans = plans;
    this.#deployments = deployments;
    onMove();
    this.pipelines.replace(deployments);
    for (const deployment of before) this.#retire(deployment);
  }

  /** Refuses what is new and settles when all that was under way is answered, or given up after `drainTimeoutMs`. */
  async drain({ lingerMs, giveUp }: Draining): Promise<void> {
    this.availability.drain();
    const timer = setTimeout(() => this.#giveUp(giveUp), Math.min(this.#drainTimeoutMs, MAX_DELAY_MS));
    await this.availability.whenIdle();
    await sleep(lingerMs);
    await this.availability.whenIdle();
    clearTimeout(timer);
  }

  /** Closes every pipeline. */
  async end(): Promise<void> {
    await Promise.all([...this.#retiring, ...this.#deployments.map((deployment) => deployment.close())]);
  }

  /** What comes of closing it concerns no request any more. */
  #retire(deployment: Deployment): void {
    const closed = deployment
      .close()
      .catch((err: unknown) => this.log.error({ err }, `a pipeline did not close well: ${messageOf(err)}`))
      .finally(() => this.#retiring.delete(closed));
    this.#retiring.add(closed);
  }

  #giveUp(giveUp: () => void): void {
    const { ongoing } = this.availability;
    this.log.warn({ ongoing }, 'requests were still under way at the end of drainTimeoutMs and are cancelled');
    giveUp();
  }

  async #startAll(plans: readonly PlanToServe[]): Promise<readonly Deployment[]> {
    const { workers, maxQueue, admission, timeoutMs, graceMs, rules, freezeRows } = this.#options;
    const shared = { workers, maxQueue, admission, timeoutMs, graceMs, rules, freezeRows, scaling: this.#scaling };
    const outcomes = await Promise.allSettled(
      plans.map(({ plan, program }) =>
        Deployment.start(plan, {
          ...shared,
          program,
          onCrash: (reason, ms) => this.#crashed(plan.name, reason, ms),
          onOutput: ({ text, ...from }) => this.log.info({ pipeline: plan.name, ...from }, text),
        }),
      ),
    );
    const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return started;
    await Promise.allSettled(started.map((deployment) => deployment.close()));
    throw failed.reason;
  }

  #crashed(pipeline: string, reason: FlowError, restartInMs: number): void {
    this.log.error({ pipeline, code: reason.code, restartInMs, err: reason }, `a worker ended: ${messageOf(reason)}`);
  }
}

/** The longest delay that Node's timers take. */
const MAX_DELAY_MS = 2 ** 31 - 1;

function checkPlans(plans: readonly PlanToServe[], caller: string): readonly PlanToServe[] {
  if (plans.length === 0) throw new FlowError('PIPELINE_INVALID', `${caller}: there is no pipeline to serve`);
  const names = plans.map(({ plan }) => plan.name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return plans;
  throw new FlowError('PIPELINE_INVALID', `${caller}: two pipelines are named "${twice}"`, {
    hint: 'Give one of the two another name: the name is part of the address.',
  });
}

/** A pipeline that is gone answers its clients with an error from one request to the next: that must have been meant. */
function checkRemoved(changes: readonly PipelineChange[], remove: readonly string[]): void {
  const gone = changes.filter(({ change, pipeline }) => change === 'removed' && !remove.includes(pipeline)).map(({ pipeline }) => pipeline);
  if (gone.length === 0) return;
  throw new FlowError('PIPELINE_REMOVED', `the files no longer have the pipeline${gone.length === 1 ? '' : 's'} ${gone.join(', ')}`, {
    hint: `Export it again, or say that it may go: POST /reload with the body ${JSON.stringify({ remove: gone })}.`,
  });
}

/** Reads an option that is a whole number up to `most`. */
export function wholeNumber(caller: string, name: string, value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new FlowError('OPTION_INVALID', `${caller}: ${name} must be a whole number from 0 to ${most} but is ${describeValue(value)}`);
}

function loggerOf(logger: Logger | false | undefined): Logger {
  if (logger === false) return pino({ level: 'silent' });
  return logger ?? pino({ level: 'info' }, pino.destination(2));
}
