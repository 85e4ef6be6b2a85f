import { connect, type Socket } from 'node:net';
import { type Logger, pino } from 'pino';
import { expander, stage } from '../../src/language/stage.ts';
import { pipeline } from '../../src/pipeline.ts';
import { bool, bytes, float32, float64, int32, int64, json, list, nullable, record, tensor, text } from '../../src/schema/column.ts';
import { type ServeOptions, type Server, serve } from '../../src/server.ts';

/** Serves on free ports and logs nothing unless told otherwise. */
export function serveHere(pipelines: Parameters<typeof serve>[0], options: ServeOptions = {}): Promise<Server> {
  return serve(pipelines, { port: 0, adminPort: 0, logger: false, ...options });
}

/** A Standard Schema by hand: any library's would do. */
export const point = json<{ readonly x: number }>({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate(value) {
      const x = typeof value === 'object' && value !== null ? (value as { x?: unknown }).x : undefined;
      return typeof x === 'number' ? { value: { x } } : { issues: [{ message: 'x must be a number', path: ['x'] }] };
    },
  },
});

/** Gives each word with its length. */
export const lengths = pipeline('lengths', { word: text }, (rows) =>
  rows.derive({ length: int32 }, ({ word }) => ({ length: word.length })),
);

/** One column of every kind, given back as it came. */
export const everything = pipeline(
  'everything',
  {
    text,
    bytes,
    bool,
    int32,
    int64,
    float32,
    float64,
    image: tensor('FP32', [2, -1]),
    ids: tensor('INT64', [-1]),
    flags: tensor('BOOL', [-1]),
    blobs: tensor('BYTES', [-1]),
    small: tensor('UINT8', [-1]),
    half: tensor('FP16', [-1]),
    words: list(text),
    box: record({ left: int32, label: text }),
    point,
    maybe: nullable(int32),
  },
  (rows) => rows.filter(() => true),
);

/** Raw bytes in, raw bytes out. */
export const reverse = pipeline('reverse', { data: bytes }, (rows) =>
  rows.map({ data: bytes }, ({ data }) => ({ data: Uint8Array.from(data).reverse() })),
);

/** Each text becomes its words: not one row for one. */
export const words = pipeline('words', { line: text }, (rows) =>
  rows.flatMap(
    expander({
      name: 'split',
      input: { line: text },
      output: { word: text },
      run: ({ line }) =>
        line
          .split(' ')
          .filter((word) => word !== '')
          .map((word) => ({ word })),
    }),
  ),
);

/** Fails for one word. */
export const picky = pipeline('picky', { word: text }, (rows) =>
  rows.map(
    stage({
      name: 'refuse-bad',
      input: { word: text },
      output: { word: text },
      run: ({ word }) => {
        if (word === 'bad') throw new Error('it is bad');
        return { word };
      },
    }),
  ),
);

/** A pipeline whose first stage waits until it is released, and says when it has started and when its signal aborted. */
export function gated(name: string) {
  const gate = deferred<void>();
  const aborted = deferred<unknown>();
  const starts = new Signals();
  let laterCalls = 0;
  const first = stage({
    name: 'wait',
    input: { word: text },
    output: { word: text },
    async run(row, { signal }) {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      starts.fire();
      await gate.promise;
      return row;
    },
  });
  const second = stage({
    name: 'later',
    input: { word: text },
    output: { word: text },
    run: (row) => {
      laterCalls++;
      return row;
    },
  });
  return {
    pipeline: pipeline(name, { word: text }, (rows) => rows.map(first).map(second)),
    /** Settles when a further request has reached the first stage. */
    started: () => starts.next(),
    /** Why the first of them was aborted. */
    aborted: aborted.promise,
    release: () => gate.resolve(),
    /** How often the second stage was called. */
    laterCalls: () => laterCalls,
  };
}

/** Counts events, and lets a test wait for one more than it has seen. */
class Signals {
  #fired = 0;
  #awaited = 0;
  #waiting: (() => void)[] = [];

  fire(): void {
    this.#fired++;
    this.#waiting.shift()?.();
  }

  next(): Promise<void> {
    this.#awaited++;
    if (this.#awaited <= this.#fired) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

/** A promise and what settles it. */
export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

export const jsonType = { 'content-type': 'application/json' } as const;

/** POST …/run with a JSON body. */
export function run(server: Server, name: string, body: unknown, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal) {
  return fetch(`${server.url}/pipelines/${name}/run`, {
    method: 'POST',
    headers: { ...jsonType, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The body of an error answer. */
export async function errorOf(response: Response): Promise<{ readonly code: string; readonly message: string; readonly hint: string }> {
  return ((await response.json()) as { readonly error: { readonly code: string; readonly message: string; readonly hint: string } }).error;
}

/** Opens a connection without any HTTP library. */
export function open(server: Server): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Everything that a connection says until it is closed; a reset ends it like a close. */
export function untilClosed(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

/** Settles when a connection has said what the pattern asks for. */
export function untilSaid(socket: Socket, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString('latin1');
      if (!pattern.test(said)) return;
      socket.off('data', listen);
      resolve(said);
    };
    socket.on('data', listen);
    socket.once('close', () => reject(new Error(`closed after saying: ${said}`)));
  });
}

/** A logger whose lines can be read. */
export function recordingLog(level = 'debug'): { readonly logger: Logger; readonly lines: Readonly<Record<string, unknown>>[] } {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const logger = pino({ level }, { write: (line: string) => void lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>) });
  return { logger, lines };
}
