import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../../dist/edges/cli/main.js', import.meta.url));

export function programFile(name: string): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url));
}

/** What a finished command left behind. */
interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line to its end. */
export async function flowserve(
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [main, ...args], { cwd: options.cwd });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.stdin.end(options.input ?? '');
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout: stdout.text, stderr: stderr.text };
}

interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
  readonly adminUrl: string;
}

/** A server started by the command line, once it says that it serves. */
export function serving(args: readonly string[]): Promise<Serving> {
  return ready(
    spawn(process.execPath, [main, 'serve', ...args, '--port', '0', '--admin-port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

/** The same under a shell of its own, as npx starts it; `child` is the shell. */
export function servingUnderNpx(file: string): Promise<Serving> {
  const command = `"${process.execPath}" "${main}" serve "${file}" --port 0 --admin-port 0; true`;
  return ready(spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, npm_lifecycle_event: 'npx' } }));
}

async function ready(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Serving> {
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  for await (const _ of child.stdout.iterator({ destroyOnReturn: false })) {
    const url = stdout.text.match(/serving at (\S+)/)?.[1];
    const adminUrl = stdout.text.match(/administration at (\S+)/)?.[1];
    if (url !== undefined && adminUrl !== undefined) return { child, url, adminUrl };
  }
  throw new Error(`the server did not start: ${stderr.text}`);
}

function collect(stream: NodeJS.ReadableStream): { text: string } {
  const collected = { text: '' };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    collected.text += chunk;
  });
  return collected;
}
