import { FlowError } from '../../errors/flow-error.ts';
import type { ReplicasByStage } from '../../optimizer/scale-of.ts';
import { inheritStores } from '../../program/inherit-stores.ts';
import { type LoadedProgram, loadPipelines } from '../../program/load-pipelines.ts';
import type { PipelineChange } from '../http/pipeline-changes.ts';
import type { PlanToServe, ReplaceOptions } from '../http/pipeline-service.ts';
import type { ReloadReport } from '../http/reload-route.ts';
import { plansInPrograms } from './plans-in-programs.ts';

interface ReloaderOptions {
  readonly files: readonly string[];
  /** What is served when it begins. */
  readonly loaded: readonly LoadedProgram[];
  /** Of stages by name, in the place of what they say. */
  readonly replicas: ReplicasByStage | undefined;
  /** Sets pipelines up and gives them the requests. */
  readonly replace: (plans: readonly PlanToServe[], options: ReplaceOptions) => Promise<readonly PipelineChange[]>;
}

interface Attempt {
  readonly signal: AbortSignal;
  readonly startMs: number;
}

/**
 * Loads the user's files again and gives the new pipelines the requests, for `serve` and `dev` alike. What does not load or start
 * changes nothing. Of two reloads the later one counts, even where it fails: it has the files as they are.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  #loaded: readonly LoadedProgram[];
  #attempt = new AbortController();

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#loaded = options.loaded;
  }

  /** What is served. */
  get loaded(): readonly LoadedProgram[] {
    return this.#loaded;
  }

  /** Settles when the new pipelines have the requests. Errors: those of loading and setting up; PIPELINE_REMOVED, RELOAD_OVERTAKEN, DRAINING. */
  reload(asked: Pick<ReplaceOptions, 'remove'>): Promise<ReloadReport> {
    return this.#overtake(async (attempt) => this.#serve(await this.#load(), asked, attempt));
  }

  /** The same where what has been loaded is wanted; else undefined. */
  reloadIf(isWanted: (loaded: readonly LoadedProgram[]) => boolean): Promise<ReloadReport | undefined> {
    return this.#overtake(async (attempt) => {
      const loaded = await this.#load();
      attempt.signal.throwIfAborted();
      return isWanted(loaded) ? this.#serve(loaded, { remove: 'any' }, attempt) : undefined;
    });
  }

  /** Ends the attempt before, at once: a `setup` that never ends must not keep its correction from being loaded. */
  #overtake<T>(work: (attempt: Attempt) => Promise<T>): Promise<T> {
    this.#attempt.abort(new FlowError('RELOAD_OVERTAKEN', 'a later reload has begun'));
    this.#attempt = new AbortController();
    const { signal } = this.#attempt;
    const overtaken = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    return Promise.race([work({ signal, startMs: performance.now() }), overtaken]);
  }

  #load(): Promise<readonly LoadedProgram[]> {
    return Promise.all(this.#options.files.map((file) => loadPipelines(file)));
  }

  async #serve(
    loaded: readonly LoadedProgram[],
    { remove }: Pick<ReplaceOptions, 'remove'>,
    { signal, startMs }: Attempt,
  ): Promise<ReloadReport> {
    signal.throwIfAborted();
    const inherited = loaded.map(({ stores }, i) => inheritStores(this.#loaded[i]?.stores ?? [], stores));
    const onMove = (): void => {
      this.#loaded = loaded;
      for (const { writeEntries } of inherited) writeEntries();
    };
    const pipelines = await this.#options.replace(plansInPrograms(loaded, this.#options.replicas), { remove, signal, onMove });
    return { tookMs: Math.round(performance.now() - startMs), pipelines, stores: inherited.flatMap(({ changes }) => changes) };
  }
}
