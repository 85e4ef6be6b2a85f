import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** How long a folder must be quiet: editors write a file in several steps. */
const QUIET_MS = 50;

/**
 * Tells when files change. It watches their folders, since editors replace a file rather than write it, and a watch of
 * the file itself would go with the old one.
 */
export class FileWatcher {
  readonly #onChange: (changed: ReadonlySet<string>) => void;
  readonly #folders = new Map<string, FSWatcher>();
  #files: ReadonlySet<string> = new Set();
  #isOpen = false;
  #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: (changed: ReadonlySet<string>) => void) {
    this.#onChange = onChange;
  }

  /** From now on watches these files, and where `orBeside` is set any other in their folders: one that is missing may come. */
  watch(files: Iterable<string>, { orBeside }: { readonly orBeside: boolean }): void {
    this.#files = new Set(files);
    this.#isOpen = orBeside;
    const folders = new Set([...this.#files].map((file) => dirname(file)));
    for (const [folder, watcher] of this.#folders) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of folders) if (!this.#folders.has(folder)) this.#watchFolder(folder);
  }

  #watchFolder(folder: string): void {
    const watcher = watch(folder, (_, name) => {
      if (name !== null) this.#note(join(folder, name));
    });
    // A folder that is deleted has nothing to tell; the files in it will be missed by whoever reads them.
    watcher.on('error', () => watcher.close());
    this.#folders.set(folder, watcher);
  }

  #note(file: string): void {
    if (!this.#isOpen && !this.#files.has(file)) return;
    this.#changed.add(file);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const changed = this.#changed;
      this.#changed = new Set();
      this.#onChange(changed);
    }, QUIET_MS);
  }
}
