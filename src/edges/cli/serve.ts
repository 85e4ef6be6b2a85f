import { pino } from 'pino';
import { type LoadedProgram, loadPipelines } from '../../program/load-pipelines.ts';
import { defaultWorkers } from '../../serving/settings.ts';
import { type PlanToServe, type Server, startServer } from '../http/pipeline-server.ts';

interface ServeCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly adminPort: number;
  readonly adminHost: string;
  readonly workers?: number;
  readonly maxQueue: number;
  readonly timeoutMs: number;
  readonly maxBodyBytes?: number;
  readonly logLevel: string;
}

/** Serves the pipelines of files until the process is told to end, then answers what is under way. */
export async function serveFiles(files: readonly string[], { logLevel, ...options }: ServeCommandOptions): Promise<void> {
  const logger = pino({ level: logLevel }, pino.destination(2));
  const startMs = performance.now();
  const plans = (await Promise.all(files.map(loadPipelines))).flatMap(plansOf);
  const names = plans.map(({ plan }) => plan.name).join(', ');
  console.log(`loading ${names} (${options.workers ?? defaultWorkers()} worker(s) for each task on threads) …`);
  const server = await startServer(plans, { ...options, adminToken: process.env.FLOWSERVE_ADMIN_TOKEN, logger });
  endOnSignal(server);
  console.log(`ready in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  console.log(`serving at ${server.url}`);
  console.log(`administration at ${server.adminUrl}`);
}

function plansOf({ program, plans }: LoadedProgram): readonly PlanToServe[] {
  return plans.map((plan) => ({ plan, program: program.url }));
}

/** The first signal drains; a second one does not wait. */
function endOnSignal(server: Server): void {
  let isEnding = false;
  const end = (): void => {
    if (isEnding) process.exit(1);
    isEnding = true;
    console.log('draining: answering what is under way …');
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
