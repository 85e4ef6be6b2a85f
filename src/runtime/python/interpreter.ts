import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PythonImplementation } from '../../plan/stage.ts';

/** What to run for an interpreter as it was given: a command, found by PATH, or a path; without one, that of the active virtual environment. */
export function commandOf({ interpreter }: PythonImplementation, env: NodeJS.ProcessEnv): string {
  if (interpreter !== null) return interpreter.includes('/') ? resolve(interpreter) : interpreter;
  const environment = env.VIRTUAL_ENV;
  return environment === undefined || environment === '' ? 'python3' : join(environment, 'bin', 'python');
}

/** A folder that Python runs as a program. */
export const workerFolder = fileURLToPath(new URL('./worker/flowserve_worker', import.meta.url));
