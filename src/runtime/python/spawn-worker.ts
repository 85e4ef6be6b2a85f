import { type ChildProcess, spawn } from 'node:child_process';
import { workerFolder } from './interpreter.ts';

/**
 * Starts the interpreter with pipes for its output and for frames. Throws the error of the system where there is no process to be had; that there
 * is no such interpreter is told by the event `error`.
 */
export function spawnWorker(command: string, env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(command, [workerFolder()], { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], env, windowsHide: true });
  // Where descriptors have run out there are no pipes either, whatever the types say.
  if ((child.stdio as ChildProcess['stdio'] | undefined) !== undefined) return child;
  child.on('error', () => {});
  throw new Error('too many files are open (EMFILE)');
}
