import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether there is such a process, and it is not one that has ended and is only remembered. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Settles when the process is no more. */
export async function whenGone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(10);
}

/** Settles when the process is not even remembered: whoever started it has been told. */
export async function whenForgotten(pid: number): Promise<void> {
  while (isKnown(pid)) await sleep(10);
}

function isKnown(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
