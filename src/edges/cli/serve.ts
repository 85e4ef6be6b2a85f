import { type Logger, pino } from 'pino';
import { messageOf, toFlowError } from '../../errors/flow-error.ts';
import type { RuleSwitches } from '../../optimizer/rule.ts';
import type { ReplicasByStage } from '../../optimizer/scale-of.ts';
import { loadPipelines } from '../../program/load-pipelines.ts';
import { defaultWorkers } from '../../serving/settings.ts';
import { type Server, startServer } from '../http/pipeline-server.ts';
import type { Reload } from '../http/reload-route.ts';
import type { Limits } from './limit-flag.ts';
import { whenOrphaned } from './orphan.ts';
import { plansInPrograms } from './plans-in-programs.ts';
import { Reloader } from './reloader.ts';
import type { Resources } from './resource-flag.ts';
import { terminalWatch } from './terminal.ts';

interface ServeCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly adminPort: number;
  readonly adminHost: string;
  readonly workers?: number;
  readonly maxQueue: number;
  readonly admission: boolean;
  readonly timeoutMs: number;
  readonly limit?: Limits;
  readonly rule?: RuleSwitches;
  readonly replicas?: ReplicasByStage;
  readonly memoryMb?: number;
  readonly cores?: number;
  readonly resource?: Resources;
  readonly drainTimeoutMs?: number;
  readonly logLevel: string;
}

/** Serves the pipelines of files until the process is told to end, then answers what is under way. */
export async function serveFiles(
  files: readonly string[],
  { logLevel, limit, rule: rules, resource: resources, replicas, ...options }: ServeCommandOptions,
): Promise<void> {
  const logger = pino({ level: logLevel }, pino.destination(2));
  const startMs = performance.now();
  const whenHungUp = hangUps();
  const loaded = await Promise.all(files.map((file) => loadPipelines(file)));
  const plans = plansInPrograms(loaded, replicas);
  const names = plans.map(({ plan }) => plan.name).join(', ');
  console.log(`loading ${names} (${options.workers ?? defaultWorkers()} worker(s) for each task on threads) …`);
  const reloader = new Reloader({ files, loaded, replicas, replace: (again, how) => server.replace(again, how) });
  const reloadFor = logged(logger, (asked) => reloader.reload(asked));
  const adminToken = process.env.FLOWSERVE_ADMIN_TOKEN;
  const own = { rules, resources, adminToken, logger, reload: reloadFor('POST /reload') };
  const server = await startServer(plans, { ...options, ...limit, ...own });
  const end = endOnSignal(server);
  surviveStrays(logger, end);
  whenOrphaned(() => end(0));
  const reload = reloadFor('SIGHUP');
  whenHungUp({ reload: () => void reload({ remove: [] }).catch(() => {}), end: () => end(0) });
  console.log(`ready in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  console.log(`serving at ${server.url}`);
  console.log(`administration at ${server.adminUrl}`);
}

interface HangUpHandlers {
  readonly reload: () => void;
  readonly end: () => void;
}

/** Listens for SIGHUP from now on, which would end the process, and acts on it once there is something to do. */
function hangUps(): (handlers: HangUpHandlers) => void {
  const isTerminalGone = terminalWatch();
  let isAsked = false;
  let onHangUp = (): void => {
    isAsked = true;
  };
  process.on('SIGHUP', () => onHangUp());
  return ({ reload, end }) => {
    onHangUp = () => (isTerminalGone() ? end() : reload());
    if (isAsked) onHangUp();
  };
}

/** Writes into the log what became of each reload, and by what it was asked for. */
function logged(logger: Logger, reload: Reload): (by: string) => Reload {
  return (by) => async (asked) => {
    logger.info({ by }, 'reloading');
    try {
      const report = await reload(asked);
      logger.info({ by, ...report }, `reloaded in ${report.tookMs} ms`);
      return report;
    } catch (error) {
      const { code, problem, hint } = toFlowError(error);
      logger.error({ by, code, hint, err: error }, `not reloaded, the version before still answers: ${problem}`);
      throw error;
    }
  };
}

/**
 * The first signal drains. A second Ctrl-C does not wait; a second SIGTERM is none, since whoever ends a group of processes reaches
 * the server directly and through a parent that passes the signal on.
 */
export function endOnSignal(server: Server): (status: number) => void {
  let isEnding = false;
  const end = (status: number): void => {
    if (isEnding) return;
    isEnding = true;
    console.log('draining: answering what is under way …');
    server.close().then(
      () => process.exit(status),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => end(0));
  process.on('SIGINT', () => {
    if (isEnding) process.exit(1);
    end(0);
  });
  return end;
}

/** What a stage leaves behind must not take down the requests of others: a rejection is logged; after an exception the state is unknown, so what is under way is answered and the process ends. */
export function surviveStrays(logger: Logger, end: (status: number) => void): void {
  process.on('unhandledRejection', (err) => logger.error({ err }, `a promise that nobody waits for was rejected: ${messageOf(err)}`));
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, `an error outside any request: ${messageOf(err)}`);
    end(1);
  });
}
