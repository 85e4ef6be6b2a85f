import { readdir, readFile } from 'node:fs/promises';

/**
 * How long a thread of this process has computed and has waited for a core, in ms: it counts what the thread would have had on a machine
 * of its own, and not how long it sleeps. Undefined where that cannot be told, as on other systems than Linux.
 */
export function threadProcessorMs(thread: string): Promise<number | undefined> {
  return scheduledMs(`/proc/${thread}/schedstat`);
}

/** The same for all threads that a process has now. */
export async function processProcessorMs(pid: number): Promise<number | undefined> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const times = await Promise.all(threads.map((thread) => scheduledMs(`/proc/${pid}/task/${thread}/schedstat`)));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, time) => sum + time, 0);
}

/** Nanoseconds on a core, and nanoseconds in the queue for one. */
async function scheduledMs(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [ran, waited] = text.split(' ').map(Number);
  return ran === undefined || waited === undefined ? undefined : (ran + waited) / 1e6;
}
