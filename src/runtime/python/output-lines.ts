import type { Clock } from '../clock.ts';

/** Where what a process writes is read from: a stream that can be kept from bringing more. */
export interface OutputSource {
  on(event: 'data', listener: (piece: Buffer) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

const LINE_BYTES = 8_192;
const WINDOW_MS = 1_000;
const LINES_A_WINDOW = 1_000;
/** What is read at all: scanning more for the ends of lines would take the event loop's time. The process waits where it writes more. */
const BYTES_A_WINDOW = 2 ** 24;

/**
 * Hands over what a process writes line by line: of a long line its beginning, of too many lines in a second the first and
 * then how many were left out.
 */
export function readLines(source: OutputSource, clock: Clock, tell: (line: string) => void): void {
  const lines = new OutputLines(clock, tell);
  let callOff = (): void => {};
  source.on('data', (piece) => {
    const waitMs = lines.push(piece);
    if (waitMs <= 0) return;
    source.pause();
    callOff = clock.after(waitMs, () => source.resume());
  });
  source.on('close', () => {
    callOff();
    lines.end();
  });
}

class OutputLines {
  readonly #clock: Clock;
  readonly #tell: (line: string) => void;
  /** The beginning of the last line, up to what is told of one. */
  #line: Buffer[] = [];
  #lineBytes = 0;
  #windowMs = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #bytes = 0;
  #leftOut = 0;

  constructor(clock: Clock, tell: (line: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** How long to wait before more is read. */
  push(piece: Buffer): number {
    const nowMs = this.#clock.now();
    if (nowMs >= this.#windowMs + WINDOW_MS) this.#open(nowMs);
    this.#bytes += piece.length;
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      this.#keep(piece.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#keep(piece.subarray(start));
    return this.#bytes < BYTES_A_WINDOW ? 0 : this.#windowMs + WINDOW_MS - nowMs;
  }

  end(): void {
    if (this.#lineBytes > 0) this.#endLine();
    this.#tellLeftOut();
  }

  #open(nowMs: number): void {
    this.#windowMs = nowMs;
    this.#bytes = 0;
    this.#lines = 0;
    this.#tellLeftOut();
  }

  #tellLeftOut(): void {
    if (this.#leftOut > 0) this.#tell(`(${this.#leftOut} lines left out)`);
    this.#leftOut = 0;
  }

  #keep(part: Buffer): void {
    const room = LINE_BYTES - this.#lineBytes;
    this.#lineBytes += part.length;
    // A copy: a view would keep the whole piece.
    if (room > 0 && part.length > 0 && this.#lines < LINES_A_WINDOW) this.#line.push(Buffer.from(part.subarray(0, room)));
  }

  #endLine(): void {
    const [line, bytes] = [this.#line, this.#lineBytes];
    this.#line = [];
    this.#lineBytes = 0;
    if (this.#lines++ >= LINES_A_WINDOW) {
      this.#leftOut++;
      return;
    }
    const text = Buffer.concat(line).toString().replace(/\r$/, '');
    this.#tell(bytes > LINE_BYTES ? `${text}… (${bytes} bytes)` : text);
  }
}

const NEWLINE = 0x0a;
