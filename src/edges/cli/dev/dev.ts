import type { ReplicasByStage } from '../../../optimizer/scale-of.ts';
import { loadPipelines } from '../../../program/load-pipelines.ts';
import { defaultWorkers } from '../../../serving/settings.ts';
import { startServer } from '../../http/pipeline-server.ts';
import { whenOrphaned } from '../orphan.ts';
import { plansInPrograms } from '../plans-in-programs.ts';
import { Reloader } from '../reloader.ts';
import { endOnSignal, surviveStrays } from '../serve.ts';
import { readableLog } from './readable-log.ts';
import { ReloadOnChange } from './reload-on-change.ts';

interface DevCommandOptions {
  readonly port: number;
  readonly adminPort: number;
  readonly workers?: number;
  readonly replicas?: ReplicasByStage;
}

/** How long what is under way may take when development ends. */
const DRAIN_TIMEOUT_MS = 5_000;

/** Serves the pipelines of files to this machine, and loads the files again whenever they change, without losing a request. */
export async function dev(
  files: readonly string[],
  { port, adminPort, workers = defaultWorkers(), replicas }: DevCommandOptions,
): Promise<void> {
  const print = (text: string): void => console.log(text);
  const loaded = await Promise.all(files.map((file) => loadPipelines(file)));
  const logger = readableLog(print);
  const options = { port, adminPort, workers, logger, freezeRows: true, drainTimeoutMs: DRAIN_TIMEOUT_MS };
  const server = await startServer(plansInPrograms(loaded, replicas), options);
  const end = endOnSignal(server);
  surviveStrays(logger, end);
  whenOrphaned(() => end(0));
  const reloader = new Reloader({ files, loaded, replicas, replace: (plans, options) => server.replace(plans, options) });
  new ReloadOnChange({ reloader, workers, print });
  const names = loaded.flatMap(({ plans }) => plans.map(({ name }) => name));
  print(`${names.join(', ')}: ready; rows are frozen, so that a stage which changes one fails`);
  print(`serving at ${server.url}`);
  print(`administration at ${server.adminUrl}`);
  print('watching for changes');
}
