import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../node_modules/.cache/flowserve-python/', import.meta.url));

/** The Python of a virtual environment with these packages, each pinned as `name==version`; made when it is first asked for. */
export async function pythonWith(packages: readonly string[]): Promise<string> {
  const key = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 16);
  const place = `${cache}${key}`;
  const ready = `${place}/ready`;
  if (!(await exists(ready))) {
    await rm(place, { recursive: true, force: true });
    await mkdir(cache, { recursive: true });
    await run('python3', ['-m', 'venv', place]);
    await run(`${place}/bin/python`, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
    // Only what has been installed whole is taken again.
    await mkdir(`${place}/making`);
    await rename(`${place}/making`, ready);
  }
  return `${place}/bin/python`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
