import { loadPipelines } from '../../../program/load-pipelines.ts';
import { defaultWorkers } from '../../../serving/settings.ts';
import { startServer } from '../../http/pipeline-server.ts';
import { whenOrphaned } from '../orphan.ts';
import { plansInPrograms } from '../plans-in-programs.ts';
import { endOnSignal, surviveStrays } from '../serve.ts';
import { readableLog } from './readable-log.ts';
import { Reloader } from './reloader.ts';

interface DevCommandOptions {
  readonly port: number;
  readonly adminPort: number;
  readonly workers?: number;
}

/** How long what is under way may take when development ends. */
const DRAIN_TIMEOUT_MS = 5_000;

/** Serves the pipelines of files to this machine, and loads the files again whenever they change, without losing a request. */
export async function dev(files: readonly string[], { port, adminPort, workers = defaultWorkers() }: DevCommandOptions): Promise<void> {
  const print = (text: string): void => console.log(text);
  const loaded = await Promise.all(files.map((file) => loadPipelines(file)));
  const logger = readableLog(print);
  const options = { port, adminPort, workers, logger, freezeRows: true, drainTimeoutMs: DRAIN_TIMEOUT_MS };
  const server = await startServer(plansInPrograms(loaded), options);
  const end = endOnSignal(server);
  surviveStrays(logger, end);
  whenOrphaned(() => end(0));
  new Reloader({ files, loaded, replace: (plans, signal) => server.replace(plans, signal), workers, print });
  const names = loaded.flatMap(({ plans }) => plans.map(({ name }) => name));
  print(`${names.join(', ')}: ready; rows are frozen, so that a stage which changes one fails`);
  print(`serving at ${server.url}`);
  print(`administration at ${server.adminUrl}`);
  print('watching for changes');
}
