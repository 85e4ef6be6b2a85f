// @ts-check
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** @type {Set<number>} */
const known = new Set();

/**
 * The processes of Python that this process has started since it was asked last; the system stops them and has them go on, as where
 * others have their core.
 * @returns {readonly import('./stalls.mjs').Replica[]}
 */
export function newStallingProcesses() {
  const found = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'flowserve_worker'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const pids = found.map(Number).filter((pid) => !known.has(pid));
  for (const pid of pids) known.add(pid);
  return pids.map((pid) => ({
    async stand(ms, begins) {
      process.kill(pid, 'SIGSTOP');
      begins();
      await sleep(ms);
      process.kill(pid, 'SIGCONT');
    },
  }));
}
