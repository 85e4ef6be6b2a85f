import { randomUUID } from 'node:crypto';
import { access, constants, lstat, mkdir, realpath, rename, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The folder for bundles of files under `start`: the one given, else the nearest project's cache, else a private temporary one.
 * Its links are resolved, because Node resolves them too and the source map counts from there.
 */
export async function bundleDirectory(start: string, given?: string): Promise<string> {
  if (given !== undefined) return make(given);
  const modules = await nearestModules(start);
  return (modules && (await make(join(modules, '.cache', 'flowserve')).catch(() => undefined))) ?? temporaryDirectory();
}

async function make(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  await access(directory, constants.W_OK);
  return realpath(directory);
}

async function nearestModules(directory: string): Promise<string | undefined> {
  const modules = join(directory, 'node_modules');
  if ((await lstat(modules).catch(() => undefined)) !== undefined) return modules;
  return dirname(directory) === directory ? undefined : nearestModules(dirname(directory));
}

/** Its name can be guessed and its parent is everyone's, so it is used only if it is ours: what lies in it is run. */
async function temporaryDirectory(): Promise<string> {
  const { uid } = userInfo();
  const directory = join(tmpdir(), `flowserve-${uid}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const found = await lstat(directory);
  if (!found.isDirectory() || (uid >= 0 && (found.uid !== uid || (found.mode & 0o022) !== 0))) {
    throw new Error(`${directory} belongs to somebody else; set a directory for bundles`);
  }
  return realpath(directory);
}

/** A reader never sees half a file, and two writers of the same name write the same text. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  await rename(draft, path);
}
