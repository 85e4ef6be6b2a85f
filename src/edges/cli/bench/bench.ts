import { FlowError } from '../../../errors/flow-error.ts';
import type { ReplicasByStage } from '../../../optimizer/scale-of.ts';
import { withReplicas } from '../../../optimizer/with-replicas.ts';
import { choosePlan, loadPipelines } from '../../../program/load-pipelines.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { defaultWorkers } from '../../../serving/settings.ts';
import { readInput } from '../input.ts';
import { withHintForFiles } from '../input-hints.ts';
import { poissonGaps, seededRandom } from './arrivals.ts';
import { closedLoop, openLoop } from './load.ts';
import { Measurement } from './measurement.ts';
import { showProgress } from './progress.ts';
import { printReport, type Report } from './report.ts';
import { stageUse } from './stage-use.ts';
import { remoteTarget, startTarget, type Target } from './target.ts';

interface BenchOptions {
  readonly input: string;
  readonly pipeline?: string;
  readonly rate?: number;
  readonly concurrency?: number;
  /** In seconds, as is `warmup`. */
  readonly duration: number;
  readonly warmup: number;
  readonly workers?: number;
  readonly replicas?: ReplicasByStage;
  readonly timeoutMs?: number;
  readonly url?: string;
  readonly seed: number;
  readonly json?: boolean;
}

/** Puts a file's pipeline under load, here or in a server that runs, and gives what was measured as text; `signal` ends it early. */
export async function bench(file: string, options: BenchOptions, signal: AbortSignal): Promise<string> {
  if (options.rate !== undefined && options.concurrency !== undefined) throw bothGiven();
  const loaded = await loadPipelines(file);
  const { url, timeoutMs, workers = defaultWorkers(), replicas = {} } = options;
  const chosen = choosePlan(loaded, options.pipeline);
  const [plan = chosen] = withReplicas([chosen], replicas);
  const input = await readInput(options.input, plan).catch(rethrow);
  const target =
    url === undefined ? await startTarget(loaded, plan, input, { workers, timeoutMs }) : remoteTarget(url, plan, input, timeoutMs);
  try {
    // A load of nothing but one mistake would measure nothing.
    await target.probe().catch(rethrow);
    const report = await measure(target, plan.name, input.rows.length, options, signal);
    return options.json === true ? JSON.stringify(report, null, 2) : printReport(report);
  } finally {
    await target.close();
  }
}

async function measure(
  target: Target,
  pipeline: string,
  rowsPerRequest: number,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<Report> {
  const clock = systemClock;
  const warmupMs = options.warmup * 1000;
  const startMs = clock.now();
  const measurement = new Measurement(startMs + warmupMs);
  let before = target.statistics();
  const callOff = clock.after(warmupMs, () => {
    before = target.statistics();
  });
  const hideProgress = showProgress(process.stderr, clock, () => measurement.take(LATEST));
  const load = { send: target.send, clock, startMs, durationMs: warmupMs + options.duration * 1000, onOutcome: measurement.add, signal };
  if (options.rate === undefined) await closedLoop(options.concurrency ?? DEFAULT_CONCURRENCY, load);
  else await openLoop(poissonGaps(options.rate, seededRandom(options.seed)), load);
  callOff();
  hideProgress();
  const measured = measurement.take();
  const after = target.statistics();
  return {
    pipeline,
    load: describeLoad(options, rowsPerRequest, target.place, signal),
    rowsPerRequest,
    ...measured,
    rowsPerSecond: measured.requestsPerSecond * rowsPerRequest,
    stages: before === null || after === null ? [] : stageUse(before, after),
  };
}
const DEFAULT_CONCURRENCY = 8;
/** How many answers the line of progress speaks of. */
const LATEST = 2000;

function describeLoad(
  { rate, concurrency, duration, warmup }: BenchOptions,
  rows: number,
  place: string,
  { aborted }: AbortSignal,
): string {
  const count = concurrency ?? DEFAULT_CONCURRENCY;
  const how = rate === undefined ? `${count} request${count === 1 ? '' : 's'} at a time` : `${rate} requests/s, at random times`;
  const size = `${rows} row${rows === 1 ? '' : 's'} each`;
  return `${how}, ${size}, for ${duration} s after ${warmup} s of warm-up${aborted ? ', ended early' : ''}, ${place}`;
}

function rethrow(error: unknown): never {
  throw withHintForFiles(error);
}

function bothGiven(): FlowError {
  return new FlowError('OPTION_INVALID', 'bench: both --rate and --concurrency are given', {
    hint: '--rate sends so many requests a second whether they are answered or not, --concurrency keeps so many under way: give one.',
  });
}
