// @ts-check
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts the time of a process in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

/**
 * The processor time that this process and its children have used so far, in milliseconds. Where the system does not tell of children, as
 * outside Linux, that of this process alone.
 */
export async function processTreeCpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + ticksBelow(process.pid, processes()) * TICK_MS;
}

/**
 * @typedef {object} Process
 * @property {number} pid
 * @property {number} parent
 * @property {number} ticks
 */

/** @returns {Process[]} */
function processes() {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(Number(name)) ?? []);
}

/**
 * Its name, which stands second and in brackets, may have spaces. Source: proc_pid_stat(5).
 * @param {number} pid
 * @returns {Process | undefined}
 */
function processOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

/**
 * @param {number} parent
 * @param {readonly Process[]} all
 * @returns {number}
 */
function ticksBelow(parent, all) {
  return all.filter((child) => child.parent === parent).reduce((sum, { pid, ticks }) => sum + ticks + ticksBelow(pid, all), 0);
}
