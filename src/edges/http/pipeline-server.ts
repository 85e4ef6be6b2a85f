import { adminDoorman } from './admin-token.ts';
import { Listener } from './listener.ts';
import type { PipelineChange } from './pipeline-changes.ts';
import { type Load, PipelineService, type PlanToServe, type ReplaceOptions, type ServiceOptions, wholeNumber } from './pipeline-service.ts';
import { type Reload, reloadRoute } from './reload-route.ts';

/** How pipelines are served over HTTP; every option has a default. */
export interface ServerOptions extends ServiceOptions {
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
}

/** A running server. */
export interface Server {
  /** Such as http://127.0.0.1:8080. */
  readonly url: string;
  /** The address of the admin listener; null when there is none. */
  readonly adminUrl: string | null;
  /** Requests and body bytes being answered now. */
  readonly load: Load;
  /**
   * Answers what is under way, refuses what is new with DRAINING, then ends the listeners and the pipelines.
   * Calling it again waits for the same end.
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server whose pipelines can be replaced while it answers: see `PipelineService.replace`. */
interface ReloadableServer extends Server {
  replace(plans: readonly PlanToServe[], options: ReplaceOptions): Promise<readonly PipelineChange[]>;
}

interface ReloadableOptions extends ServerOptions {
  /** What POST /reload of the admin listener does; without it there is no such route. */
  readonly reload?: Reload | undefined;
}

/** See `serve`, which is this for pipelines. */
export async function startServer(plans: readonly PlanToServe[], options: ReloadableOptions): Promise<ReloadableServer> {
  const server = new PipelineServer(plans, options);
  try {
    await server.listen();
    await server.start();
  } catch (error) {
    await server.end();
    throw error;
  }
  return server;
}

class PipelineServer implements ReloadableServer {
  readonly #options: ReloadableOptions;
  readonly #service: PipelineService;
  #public: Listener | undefined;
  #admin: Listener | undefined;
  #closing: Promise<void> | undefined;

  constructor(plans: readonly PlanToServe[], options: ReloadableOptions) {
    this.#options = options;
    this.#service = new PipelineService(plans, options, CALLER);
  }

  get url(): string {
    return this.#public?.url ?? '';
  }

  get adminUrl(): string | null {
    return this.#admin?.url ?? null;
  }

  get load(): Load {
    return this.#service.load;
  }

  async listen(): Promise<void> {
    const { host = LOOPBACK, port = 8080, adminHost = LOOPBACK, adminPort = 8081, adminToken, reload } = this.#options;
    const service = this.#service;
    // Before anything listens: an address that lacks its token must not be open for a moment.
    const doorman = adminPort === false ? undefined : adminDoorman(adminHost, adminToken);
    const { limits, budget, availability, log } = service;
    const names = service.pipelines.all.map(({ plan }) => plan.name);
    const shared = { names, limits, budget, availability, log };
    const routes = service.publicRoutes();
    this.#public = await Listener.listen(host, wholeNumber(CALLER, 'port', port, MAX_PORT), { ...shared, routes });
    if (adminPort === false) return;
    const reloading = reload === undefined ? [] : [reloadRoute(reload)];
    const admin = [...service.adminRoutes(), ...reloading, ...service.healthRoutes()];
    this.#admin = await Listener.listen(adminHost, wholeNumber(CALLER, 'adminPort', adminPort, MAX_PORT), {
      ...shared,
      routes: admin,
      doorman,
    });
  }

  start(): Promise<void> {
    return this.#service.start();
  }

  replace(plans: readonly PlanToServe[], options: ReplaceOptions): Promise<readonly PipelineChange[]> {
    return this.#service.replace(plans, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #drain(): Promise<void> {
    // A client that has just sent a request on a kept-alive connection gets its refusal rather than a reset.
    await this.#service.drain({ lingerMs: LINGER_MS, giveUp: () => void this.#hangUp() });
    await this.end();
  }

  /** Ends everything that has been started, at once. */
  async end(): Promise<void> {
    await this.#hangUp();
    await this.#service.end();
  }

  /** A request that loses its connection is cancelled. */
  async #hangUp(): Promise<void> {
    await Promise.all([this.#public?.close(), this.#admin?.close()]);
  }
}

const CALLER = 'serve';
/** How long a server that is idle listens on: some round trips of its clients. */
const LINGER_MS = 250;
const LOOPBACK = '127.0.0.1';
const MAX_PORT = 65_535;
