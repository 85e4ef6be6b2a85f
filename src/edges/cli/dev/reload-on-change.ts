import { isFlowError } from '../../../errors/flow-error.ts';
import type { LogicalPlan } from '../../../plan/node.ts';
import type { Implementation } from '../../../plan/stage.ts';
import { stagesOf } from '../../../plan/traverse.ts';
import type { LoadedProgram } from '../../../program/load-pipelines.ts';
import type { ReloadReport } from '../../http/reload-route.ts';
import { printFailure } from '../failure.ts';
import type { Reloader } from '../reloader.ts';
import { describeChange } from './describe-change.ts';
import { FileWatcher } from './file-watcher.ts';

interface ReloadOnChangeOptions {
  readonly reloader: Reloader;
  readonly workers: number;
  readonly print: (text: string) => void;
}

/** Has the user's files loaded again when they change, and says what became of it. */
export class ReloadOnChange {
  readonly #options: ReloadOnChangeOptions;
  readonly #watcher = new FileWatcher((changed) => void this.#reload(changed));
  /** What was last said of files that are not what answers. */
  #failure: string | undefined;

  constructor(options: ReloadOnChangeOptions) {
    this.#options = options;
    this.#watcher.watch(watchedFiles(options.reloader.loaded), { orBeside: false });
  }

  async #reload(changed: ReadonlySet<string>): Promise<void> {
    const { reloader } = this.#options;
    const before = reloader.loaded;
    try {
      const report = await reloader.reloadIf((loaded) => this.#isWanted(loaded, changed));
      if (report !== undefined) this.#sayChange(before, report);
    } catch (error) {
      if (isFlowError(error) && error.code === 'RELOAD_OVERTAKEN') return;
      const watched = watchedFiles(reloader.loaded);
      this.#say(printFailure(error), { isAskedFor: watched.some((file) => changed.has(file)) });
      this.#watcher.watch(watched, { orBeside: true });
    }
  }

  /** Not again for any file beside those watched: it may be the log that this is written to. */
  #say(failure: string, { isAskedFor }: { readonly isAskedFor: boolean }): void {
    if (failure !== this.#failure || isAskedFor) this.#options.print(`${failure}\nnot reloaded: the version before still answers`);
    this.#failure = failure;
  }

  #isWanted(loaded: readonly LoadedProgram[], changed: ReadonlySet<string>): boolean {
    const { reloader, print } = this.#options;
    const isSame = loaded.every(({ program }, i) => program.hash === reloader.loaded[i]?.program.hash);
    if (!isSame || filesOf(loaded).some((file) => changed.has(file))) return true;
    if (this.#failure !== undefined) print('as before: the version that answers is the one in the files');
    this.#succeed(loaded);
    return false;
  }

  #sayChange(before: readonly LoadedProgram[], { tookMs, stores }: ReloadReport): void {
    const { reloader, workers, print } = this.#options;
    this.#succeed(reloader.loaded);
    const change = describeChange(plansIn(before), plansIn(reloader.loaded), workers);
    const others = stores.flatMap(({ store, change }) => (change === 'kept' ? [`store ${store} keeps its values`] : []));
    print([`reloaded in ${tookMs} ms`, ...change, ...others].join('\n'));
  }

  #succeed(loaded: readonly LoadedProgram[]): void {
    this.#failure = undefined;
    this.#watcher.watch(watchedFiles(loaded), { orBeside: false });
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
