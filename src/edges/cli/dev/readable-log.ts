import { type Logger, pino } from 'pino';
import { placeOf } from '../../../program/place-of.ts';

/** The line of a log, as far as it is printed. */
interface LogLine {
  readonly level: number;
  readonly msg?: string;
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly code?: string;
  readonly tookMs?: number;
  readonly rows?: number;
  readonly err?: { readonly stack?: string };
}

/** A log for a person at a terminal: `POST triage 200 12 ms 3 rows`, and for a failure what was said, and where in the user's code. */
export function readableLog(print: (line: string) => void): Logger {
  return pino({ level: 'debug' }, { write: (line: string) => print(readable(JSON.parse(line) as LogLine)) });
}

/** One line of the log as text. */
export function readable({ level, msg = '', method, path = '', status, code, tookMs, rows, err }: LogLine): string {
  const place = placeIn(err);
  const where = place === undefined ? '' : `\n  at ${place}`;
  if (status === undefined) return `${level >= ERROR ? 'error: ' : ''}${msg}${where}`;
  const pipeline = /^.*\/pipelines\/([^/]+)\/run$/.exec(path)?.[1];
  const size = rows === undefined ? '' : ` ${rows} row${rows === 1 ? '' : 's'}`;
  const failure = code === undefined ? '' : ` ${code}: ${msg}`;
  return `${method} ${pipeline ?? path} ${status} ${tookMs} ms${size}${failure}${where}`;
}
const ERROR = 50;

function placeIn(err: LogLine['err']): string | undefined {
  return err?.stack === undefined ? undefined : placeOf(Object.assign(new Error(), { stack: err.stack }));
}
