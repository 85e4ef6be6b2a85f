import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../../node_modules/.cache/flowserve-python/', import.meta.url));

/** The Python of a virtual environment with these packages, each pinned as `name==version`, and no others; made once and kept. */
export async function pythonWith(packages: readonly string[]): Promise<string> {
  const { stdout: version } = await run('python3', ['-c', 'import platform; print(platform.python_version())']);
  const key = createHash('sha256')
    .update([version, ...packages].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const folder = `${cache}${key}`;
  const interpreter = `${folder}/bin/python`;
  if (await exists(interpreter)) return interpreter;
  // Under another name first: what an interrupted run has left is no environment.
  const making = `${folder}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  await run('python3', ['-m', 'venv', making]);
  if (packages.length > 0) {
    await run(`${making}/bin/python`, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  }
  // Where another run was first, this one's is not needed.
  await rename(making, folder).catch(() => rm(making, { recursive: true }));
  return interpreter;
}

export function pythonWithNumPy(): Promise<string> {
  return pythonWith(['numpy==2.0.2']);
}

/** One that has nothing beside the standard library. */
export function plainPython(): Promise<string> {
  return pythonWith([]);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
