import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NUMPY = '2.0.2';
const cache = fileURLToPath(new URL('../../../node_modules/.cache/flowserve-test/', import.meta.url));

/** An interpreter that has NumPy: of a virtual environment that is made once and kept. */
export function pythonWithNumPy(): string {
  return environment(`numpy-${NUMPY}`, (interpreter) => execFileSync(interpreter, ['-m', 'pip', 'install', '--quiet', `numpy==${NUMPY}`]));
}

/** An interpreter that has nothing beside the standard library. */
export function plainPython(): string {
  return environment('plain', () => {});
}

/** Made under another name first: what an interrupted run has left is no environment. */
function environment(name: string, fill: (interpreter: string) => void): string {
  const version = execFileSync('python3', ['-c', 'import platform; print(platform.python_version())'], { encoding: 'utf8' }).trim();
  const folder = `${cache}python-${version}-${name}`;
  const interpreter = `${folder}/bin/python`;
  if (existsSync(interpreter)) return interpreter;
  mkdirSync(cache, { recursive: true });
  const making = `${folder}.${process.pid}`;
  execFileSync('python3', ['-m', 'venv', making]);
  fill(`${making}/bin/python`);
  try {
    renameSync(making, folder);
  } catch {
    // Another run was first.
    rmSync(making, { recursive: true });
  }
  return interpreter;
}
