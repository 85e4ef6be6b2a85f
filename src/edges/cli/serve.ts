import { type Logger, pino } from 'pino';
import { messageOf } from '../../errors/flow-error.ts';
import type { RuleSwitches } from '../../optimizer/rule.ts';
import { loadPipelines } from '../../program/load-pipelines.ts';
import { defaultWorkers } from '../../serving/settings.ts';
import { type Server, startServer } from '../http/pipeline-server.ts';
import type { Limits } from './limit-flag.ts';
import { whenOrphaned } from './orphan.ts';
import { plansInPrograms } from './plans-in-programs.ts';

interface ServeCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly adminPort: number;
  readonly adminHost: string;
  readonly workers?: number;
  readonly maxQueue: number;
  readonly timeoutMs: number;
  readonly limit?: Limits;
  readonly rule?: RuleSwitches;
  readonly drainTimeoutMs?: number;
  readonly logLevel: string;
}

/** Serves the pipelines of files until the process is told to end, then answers what is under way. */
export async function serveFiles(files: readonly string[], { logLevel, limit, rule, ...options }: ServeCommandOptions): Promise<void> {
  const logger = pino({ level: logLevel }, pino.destination(2));
  const startMs = performance.now();
  const plans = plansInPrograms(await Promise.all(files.map(loadPipelines)));
  const names = plans.map(({ plan }) => plan.name).join(', ');
  console.log(`loading ${names} (${options.workers ?? defaultWorkers()} worker(s) for each task on threads) …`);
  const server = await startServer(plans, { ...options, ...limit, rules: rule, adminToken: process.env.FLOWSERVE_ADMIN_TOKEN, logger });
  const end = endOnSignal(server);
  surviveStrays(logger, end);
  whenOrphaned(() => end(0));
  console.log(`ready in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  console.log(`serving at ${server.url}`);
  console.log(`administration at ${server.adminUrl}`);
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
