import { type BigIntStats, existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** How long a folder must be quiet: editors write a file in several steps. */
const QUIET_MS = 50;

interface WatchedFolder {
  /** Not the path: a folder that is deleted and made again is another, of which the watcher of the first hears nothing. */
  readonly identity: string;
  readonly watcher: FSWatcher;
}

/**
 * Tells when files change. It watches their folders, since editors replace a file rather than write it, and a watch of
 * the file itself would go with the old one.
 */
export class FileWatcher {
  readonly #onChange: (changed: ReadonlySet<string>) => void;
  readonly #folders = new Map<string, WatchedFolder>();
  #files: ReadonlySet<string> = new Set();
  /** Folders that are missing. */
  #missing = new Set<string>();
  #isOpen = false;
  #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: (changed: ReadonlySet<string>) => void) {
    this.#onChange = onChange;
  }

  /** From now on watches these files, and where `orBeside` is set any other in their folders: one that is missing may come. */
  watch(files: Iterable<string>, { orBeside }: { readonly orBeside: boolean }): void {
    const isFirst = this.#folders.size === 0;
    this.#files = new Set(files);
    this.#isOpen = orBeside;
    this.#missing = new Set();
    const before = new Set(this.#folders.values());
    const folders = new Set([...this.#files].map((file) => this.#watchFolder(dirname(file))));
    for (const [folder, watched] of this.#folders) {
      if (!folders.has(folder)) this.#leave(folder, watched);
      // What is in a folder may have changed between its being read and its being watched.
      else if (!isFirst && !before.has(watched)) this.#tell(folder);
    }
  }

  /** Watches a folder, or while it is missing the nearest above it, where it may come; gives which. */
  #watchFolder(folder: string): string {
    const known = this.#folders.get(folder);
    const identity = identityOf(folder);
    if (known !== undefined && known.identity === identity) return folder;
    const watcher = identity === undefined ? undefined : this.#open(folder);
    if (identity === undefined || watcher === undefined) return this.#awaitFolder(folder);
    this.#folders.set(folder, { identity, watcher });
    // Only now: where both are of one folder after all, what it has yet to tell is told to the new one.
    known?.watcher.close();
    return folder;
  }

  #awaitFolder(folder: string): string {
    this.#missing.add(folder);
    const above = this.#watchFolder(dirname(folder));
    // It may have come before the one above was watched.
    return existsSync(folder) ? this.#watchFolder(folder) : above;
  }

  /** Undefined where it has just been deleted. */
  #open(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, (_, name) => {
        if (name !== null) this.#note(join(folder, name));
      });
      // A folder that is deleted has nothing to tell; the files in it will be missed by whoever reads them.
      return watcher.on('error', () => watcher.close());
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  #leave(folder: string, { watcher }: WatchedFolder): void {
    watcher.close();
    this.#folders.delete(folder);
  }

  #note(file: string): void {
    if (this.#isOpen || this.#files.has(file) || this.#missing.has(file)) this.#tell(file);
  }

  #tell(changed: string): void {
    this.#changed.add(changed);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const all = this.#changed;
      this.#changed = new Set();
      this.#onChange(all);
    }, QUIET_MS);
  }
}

/** Which folder is at a path; undefined where there is none. Numbers of deleted ones are given again, so with the time it was made. */
function identityOf(folder: string): string | undefined {
  const found: BigIntStats | undefined = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev} ${found.ino} ${found.birthtimeNs}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
