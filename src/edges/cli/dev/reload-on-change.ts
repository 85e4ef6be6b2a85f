import type { LogicalPlan } from '../../../plan/node.ts';
import type { Implementation } from '../../../plan/stage.ts';
import { stagesOf } from '../../../plan/traverse.ts';
import { type LoadedProgram, loadPipelines } from '../../../program/load-pipelines.ts';
import type { PlanToServe } from '../../http/pipeline-service.ts';
import { printFailure } from '../failure.ts';
import { plansInPrograms } from '../plans-in-programs.ts';
import { describeChange } from './describe-change.ts';
import { FileWatcher } from './file-watcher.ts';

interface ReloaderOptions {
  readonly files: readonly string[];
  /** What is served when it begins. */
  readonly loaded: readonly LoadedProgram[];
  /** Sets pipelines up and gives them the requests; not when `signal` aborts before that. */
  readonly replace: (plans: readonly PlanToServe[], signal: AbortSignal) => Promise<void>;
  readonly workers: number;
  readonly print: (text: string) => void;
}

/** Loads the user's files again when they change. What does not load or start changes nothing. */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #watcher = new FileWatcher((changed) => void this.#reload(changed));
  #loaded: readonly LoadedProgram[];
  #attempt = new AbortController();
  /** What was last said of files that are not what answers. */
  #failure: string | undefined;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#loaded = options.loaded;
    this.#watcher.watch(watchedFiles(options.loaded), { orBeside: false });
  }

  /** A later change ends the attempt before it: a `setup` that never ends must not keep its correction from being loaded. */
  async #reload(changed: ReadonlySet<string>): Promise<void> {
    this.#attempt.abort();
    this.#attempt = new AbortController();
    const { signal } = this.#attempt;
    try {
      await this.#load(changed, signal);
    } catch (error) {
      if (signal.aborted) return;
      const watched = watchedFiles(this.#loaded);
      this.#say(printFailure(error), { isAskedFor: watched.some((file) => changed.has(file)) });
      this.#watcher.watch(watched, { orBeside: true });
    }
  }

  /** Not again for any file beside those watched: it may be the log that this is written to. */
  #say(failure: string, { isAskedFor }: { readonly isAskedFor: boolean }): void {
    if (failure !== this.#failure || isAskedFor) this.#options.print(`${failure}\nnot reloaded: the version before still answers`);
    this.#failure = failure;
  }

  async #load(changed: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { files, replace, workers, print } = this.#options;
    const startMs = performance.now();
    const loaded = await Promise.all(files.map((file) => loadPipelines(file)));
    const isSame = loaded.every(({ program }, i) => program.hash === this.#loaded[i]?.program.hash);
    if (signal.aborted) return;
    if (isSame && !filesOf(loaded).some((file) => changed.has(file))) {
      if (this.#failure !== undefined) print('as before: the version that answers is the one in the files');
      this.#failure = undefined;
      this.#watcher.watch(watchedFiles(loaded), { orBeside: false });
      return;
    }
    const before = this.#loaded.flatMap(({ plans }) => plans);
    await replace(plansInPrograms(loaded), signal);
    this.#loaded = loaded;
    this.#failure = undefined;
    this.#watcher.watch(watchedFiles(loaded), { orBeside: false });
    const change = describeChange(before, plansIn(loaded), workers);
    print([`reloaded in ${(performance.now() - startMs).toFixed(0)} ms`, ...change].join('\n'));
  }
}

function plansIn(loaded: readonly LoadedProgram[]): readonly LogicalPlan[] {
  return loaded.flatMap(({ plans }) => plans);
}

/** The files of the bundles, and those of models and of Python, which are no part of them. */
function watchedFiles(loaded: readonly LoadedProgram[]): readonly string[] {
  return [...loaded.flatMap(({ program }) => program.inputs), ...filesOf(loaded)];
}

function filesOf(loaded: readonly LoadedProgram[]): readonly string[] {
  const stages = plansIn(loaded).flatMap(({ output }) => [...stagesOf(output).values()]);
  return stages.flatMap(({ implementation }) => fileOf(implementation) ?? []);
}

function fileOf(implementation: Implementation): string | undefined {
  if (implementation.kind === 'onnx') return implementation.model;
  if (implementation.kind === 'python' && 'file' in implementation.module) return implementation.module.file;
  return undefined;
}
