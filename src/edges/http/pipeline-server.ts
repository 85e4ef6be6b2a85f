import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import { describeValue } from '../../schema/column.ts';
import { Deployment } from '../../serving/deployment.ts';
import { type DeploymentOptions, defaultWorkers } from '../../serving/settings.ts';
import { adminRoutes } from './admin-routes.ts';
import { adminDoorman } from './admin-token.ts';
import { Availability } from './availability.ts';
import { ByteBudget } from './byte-budget.ts';
import { healthRoutes } from './health-routes.ts';
import { type HttpLimits, limitsOf } from './limits.ts';
import { Listener } from './listener.ts';
import { publicRoutes } from './public-routes.ts';
import { ServedPipelines } from './served-pipelines.ts';

/** How pipelines are served; every option has a default. */
export interface ServerOptions
  extends Pick<DeploymentOptions, 'workers' | 'maxQueue' | 'timeoutMs' | 'graceMs' | 'rules' | 'freezeRows'>,
    Partial<{ readonly [K in keyof HttpLimits]: HttpLimits[K] | undefined }> {
  /** Default 8080; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Default 127.0.0.1: only this machine; 0.0.0.0 or :: for others. */
  readonly host?: string | undefined;
  /** Plans and statistics (default 8081); 0 takes a free port, false leaves them out. */
  readonly adminPort?: number | false | undefined;
  /** Default 127.0.0.1; any address that others can reach needs `adminToken`. */
  readonly adminHost?: string | undefined;
  /** Then the admin listener demands the header `authorization: Bearer TOKEN`. */
  readonly adminToken?: string | undefined;
  /** How long `close` waits for requests under way before it ends them (default 30 000). */
  readonly drainTimeoutMs?: number | undefined;
  /** Default: pino at level info, to standard error; false: none. */
  readonly logger?: Logger | false | undefined;
}

/** A running server. */
export interface Server {
  /** Such as http://127.0.0.1:8080. */
  readonly url: string;
  /** The address of the admin listener; null when there is none. */
  readonly adminUrl: string | null;
  /** Requests and body bytes being answered now. */
  readonly load: { readonly ongoing: number; readonly bytesInFlight: number };
  /**
   * Answers what is under way, refuses what is new with DRAINING, then ends the listeners and the pipelines.
   * Calling it again waits for the same end.
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A plan, and the module that its functions are in, where worker threads may run them. */
export interface PlanToServe {
  readonly plan: LogicalPlan;
  readonly program: string | null;
}

/** See `serve`, which is this for pipelines. */
export async function startServer(plans: readonly PlanToServe[], options: ServerOptions): Promise<Server> {
  const server = new PipelineServer(checkPlans(plans), options);
  try {
    await server.listen();
    await server.start();
  } catch (error) {
    await server.end();
    throw error;
  }
  return server;
}

function checkPlans(plans: readonly PlanToServe[]): readonly PlanToServe[] {
  if (plans.length === 0) throw new FlowError('PIPELINE_INVALID', 'serve: there is no pipeline to serve');
  const names = plans.map(({ plan }) => plan.name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return plans;
  throw new FlowError('PIPELINE_INVALID', `serve: two pipelines are named "${twice}"`, {
    hint: 'Give one of the two another name: the name is part of the address.',
  });
}

class PipelineServer implements Server {
  readonly #plans: readonly PlanToServe[];
  readonly #options: ServerOptions;
  readonly #limits: HttpLimits;
  readonly #pipelines: ServedPipelines;
  readonly #log: Logger;
  readonly #budget: ByteBudget;
  readonly #availability = new Availability();
  readonly #drainTimeoutMs: number;
  #deployments: readonly Deployment[] = [];
  #public: Listener | undefined;
  #admin: Listener | undefined;
  #closing: Promise<void> | undefined;

  constructor(plans: readonly PlanToServe[], options: ServerOptions) {
    this.#plans = plans;
    this.#options = options;
    this.#limits = limitsOf(options);
    this.#drainTimeoutMs = wholeNumber('drainTimeoutMs', options.drainTimeoutMs ?? 30_000, Number.MAX_SAFE_INTEGER);
    this.#pipelines = new ServedPipelines(
      plans.map(({ plan }) => plan),
      this.#limits,
    );
    this.#budget = new ByteBudget(this.#limits.maxBytesInFlight);
    this.#log = loggerOf(options.logger);
  }

  get url(): string {
    return this.#public?.url ?? '';
  }

  get adminUrl(): string | null {
    return this.#admin?.url ?? null;
  }

  get load(): Server['load'] {
    return { ongoing: this.#availability.ongoing, bytesInFlight: this.#budget.inFlight };
  }

  async listen(): Promise<void> {
    const { host = LOOPBACK, port = 8080, adminHost = LOOPBACK, adminPort = 8081, adminToken, workers } = this.#options;
    const names = this.#plans.map(({ plan }) => plan.name);
    const shared = { names, limits: this.#limits, budget: this.#budget, availability: this.#availability, log: this.#log };
    // Before anything listens: an address that lacks its token must not be open for a moment.
    const doorman = adminPort === false ? undefined : adminDoorman(adminHost, adminToken);
    const health = healthRoutes(() => this.#availability.isOpen && this.#pipelines.isReady);
    const routes = [...publicRoutes(this.#pipelines, this.#limits), ...health];
    this.#public = await Listener.listen(host, wholeNumber('port', port, MAX_PORT), { ...shared, routes });
    if (adminPort === false) return;
    const admin = [...adminRoutes(this.#pipelines, workers ?? defaultWorkers()), ...health];
    this.#admin = await Listener.listen(adminHost, wholeNumber('adminPort', adminPort, MAX_PORT), { ...shared, routes: admin, doorman });
  }

  /** Sets every pipeline up, at the same time; when one fails, those that are up are left for `end`. */
  async start(): Promise<void> {
    const { workers, maxQueue, timeoutMs, graceMs, rules, freezeRows } = this.#options;
    const outcomes = await Promise.allSettled(
      this.#plans.map(({ plan, program }) =>
        Deployment.start(plan, {
          workers,
          maxQueue,
          timeoutMs,
          graceMs,
          rules,
          freezeRows,
          program,
          onCrash: (reason, ms) => this.#crashed(plan.name, reason, ms),
        }),
      ),
    );
    this.#deployments = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    for (const deployment of this.#deployments) this.#pipelines.start(deployment);
    this.#availability.open();
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #drain(): Promise<void> {
    this.#availability.drain();
    const timer = setTimeout(() => this.#giveUp(), Math.min(this.#drainTimeoutMs, MAX_DELAY_MS));
    await this.#availability.whenIdle();
    // A client that has just sent a request on a kept-alive connection gets its refusal rather than a reset.
    await sleep(LINGER_MS);
    await this.#availability.whenIdle();
    clearTimeout(timer);
    await this.end();
  }

  /** Requests that outlast the drain lose their connections, which cancels them. */
  #giveUp(): void {
    const { ongoing } = this.#availability;
    this.#log.warn({ ongoing }, 'requests were still under way at the end of drainTimeoutMs and are cancelled');
    void this.#public?.close();
    void this.#admin?.close();
  }

  /** Ends everything that has been started, at once. */
  async end(): Promise<void> {
    await Promise.all([this.#public?.close(), this.#admin?.close()]);
    await Promise.all(this.#deployments.map((deployment) => deployment.close()));
  }

  #crashed(pipeline: string, reason: FlowError, restartInMs: number): void {
    this.#log.error({ pipeline, code: reason.code, restartInMs, err: reason }, `a worker ended: ${messageOf(reason)}`);
  }
}

/** How long a server that is idle listens on: some round trips of its clients. */
const LINGER_MS = 250;
const LOOPBACK = '127.0.0.1';
const MAX_PORT = 65_535;
/** The longest delay that Node's timers take. */
const MAX_DELAY_MS = 2 ** 31 - 1;

function wholeNumber(name: string, value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new FlowError('OPTION_INVALID', `serve: ${name} must be a whole number from 0 to ${most} but is ${describeValue(value)}`);
}

function loggerOf(logger: Logger | false | undefined): Logger {
  if (logger === false) return pino({ level: 'silent' });
  return logger ?? pino({ level: 'info' }, pino.destination(2));
}
