import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** A helper type without an end can hang the compiler without an error; a check of everything takes two seconds. */
const LIMIT_MS = 40_000;

interface Compilation {
  readonly status: number | null;
  readonly output: string;
}

/** Runs the compiler from the root of the repository; rejects when it does not end. */
export function tsc(...args: readonly string[]): Promise<Compilation> {
  return new Promise((resolve, reject) => {
    // A process group of its own: bin/tsc starts the native compiler, which must end too.
    const child = spawn(process.execPath, [compiler, '--pretty', 'false', ...args], { cwd: root, detached: true });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    const limit = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      reject(new Error(`tsc ${args.join(' ')} did not end within ${LIMIT_MS / 1000} s`));
    }, LIMIT_MS);
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(limit);
      resolve({ status, output });
    });
  });
}
