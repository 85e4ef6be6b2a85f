import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { PythonImplementation } from '../../plan/stage.ts';

/** What to run for an interpreter as it was given: a command, found by PATH, or a path; without one, that of the active virtual environment. */
export function commandOf({ interpreter }: PythonImplementation, env: NodeJS.ProcessEnv): string {
  if (interpreter !== null) return interpreter.includes('/') ? resolve(interpreter) : interpreter;
  const environment = env.VIRTUAL_ENV;
  return environment === undefined || environment === '' ? 'python3' : join(environment, 'bin', 'python');
}

/** A folder that Python runs as a program: always the built one, as for threads. */
export function workerFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('#python-worker'));
}
