/** What a frame to a process in Python is. */
export const toPython = { setup: 1, run: 2, cancel: 3, trace: 4 } as const;
/** What a frame from one is. */
export const fromPython = { ready: 1, failed: 2, done: 3 } as const;

/** Length of the whole frame, kind, call and rows, each in four bytes, and the deadline in seconds since the epoch (0: none) in eight. */
const HEADER = 24;
/** More than any batch, and less than a length that a user's function wrote there by chance would mostly say. */
const MAX_LENGTH = 2 ** 31;
/** What is smaller is copied, so that a frame of small blobs is written in one piece. */
const COPIED = 16_384;
const PADDING = new Uint8Array(8);

export interface FrameHead {
  readonly kind: number;
  readonly call: number;
  readonly rows: number;
  readonly deadlineMs: number;
}

export interface Frame {
  readonly kind: number;
  readonly call: number;
  readonly rows: number;
  /** What follows the header. */
  readonly body: Uint8Array;
}

/** The pieces of a frame of blobs, each blob beginning at a multiple of 8 bytes. Large ones are not copied. RangeError where it is too large. */
export function frameOf(head: FrameHead, blobs: readonly Uint8Array[]): readonly Uint8Array[] {
  const table = 4 * blobs.length + paddingOf(4 * blobs.length);
  let [size, copied] = [HEADER + table, HEADER + table];
  for (const { length } of blobs) {
    const padded = length + paddingOf(length);
    size += padded;
    if (length <= COPIED) copied += padded;
  }
  if (size >= MAX_LENGTH) throw new RangeError(`a batch has ${size} bytes, more than the ${MAX_LENGTH} that can be sent at once`);
  const small = Buffer.allocUnsafe(copied);
  writeHead(small, head, size);
  for (let i = 0; i < blobs.length; i++) small.writeUInt32LE((blobs[i] as Uint8Array).length, HEADER + 4 * i);
  small.fill(0, HEADER + 4 * blobs.length, HEADER + table);
  return piecesOf(small, HEADER + table, blobs);
}

/** Small blobs are copied behind the head; what has been copied is cut where a large one comes. */
function piecesOf(small: Buffer, head: number, blobs: readonly Uint8Array[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let [start, at] = [0, head];
  for (const blob of blobs) {
    const padding = paddingOf(blob.length);
    if (blob.length <= COPIED) {
      small.set(blob, at);
      at += blob.length;
      for (let rest = padding; rest > 0; rest--) small[at++] = 0;
      continue;
    }
    if (at > start) pieces.push(small.subarray(start, at));
    start = at;
    pieces.push(blob);
    if (padding > 0) pieces.push(PADDING.subarray(0, padding));
  }
  if (at > start) pieces.push(small.subarray(start, at));
  return pieces;
}

/** The number of the next call. Four bytes are full after days of many calls, and then it begins anew. */
export function callAfter(call: number): number {
  return call === MAX_CALL ? 1 : call + 1;
}
const MAX_CALL = 2 ** 32 - 1;

/** A frame of JSON, or of nothing. */
export function textFrame(kind: number, call: number, content?: unknown): Uint8Array {
  const text = content === undefined ? '' : JSON.stringify(content);
  const length = Buffer.byteLength(text);
  const frame = Buffer.alloc(HEADER + length + paddingOf(length), ' ');
  writeHead(frame, { kind, call, rows: 0, deadlineMs: 0 }, frame.length);
  frame.write(text, HEADER);
  return frame;
}

function writeHead(frame: Buffer, { kind, call, rows, deadlineMs }: FrameHead, size: number): void {
  frame.writeUInt32LE(size, 0);
  frame.writeUInt32LE(kind, 4);
  frame.writeUInt32LE(call, 8);
  frame.writeUInt32LE(rows, 12);
  frame.writeDoubleLE(Number.isFinite(deadlineMs) ? deadlineMs / 1000 : 0, 16);
}

/** The blobs of a frame; RangeError where they do not fill it exactly. */
export function blobsIn(body: Uint8Array, count: number): readonly Uint8Array[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let at = 4 * count + paddingOf(4 * count);
  if (at > body.length) throw new RangeError(`${body.length} bytes hold no lengths of ${count} blobs`);
  const blobs = new Array<Uint8Array>(count);
  for (let i = 0; i < count; i++) {
    const length = bytes.readUInt32LE(4 * i);
    if (at + length > body.length) throw new RangeError(`blob ${i} has ${length} bytes but ${body.length - at} are left`);
    blobs[i] = body.subarray(at, at + length);
    at += length + paddingOf(length);
  }
  if (at !== body.length) throw new RangeError(`${body.length - at} bytes are left after the last blob`);
  return blobs;
}

/** Puts frames together from the pieces that a pipe brings. */
export class FrameReader {
  /** The beginning of a frame whose length is not known yet. */
  #head: Buffer = Buffer.alloc(0);
  /** A frame of which some is missing. */
  #frame: Buffer | undefined;
  #filled = 0;

  /**
   * Hands over each frame that is complete now; RangeError for what is none, after those before it. A frame that came in one piece is
   * a view of it.
   */
  push(piece: Buffer, take: (frame: Frame) => void): void {
    let rest = this.#fill(piece, take);
    while (rest.length > 0) {
      if (this.#head.length > 0) rest = Buffer.concat([this.#head, rest]);
      this.#head = Buffer.alloc(0);
      const size = sizeOf(rest);
      if (size === undefined) {
        this.#head = rest;
        break;
      }
      if (rest.length >= size) {
        take(frameIn(rest.subarray(0, size)));
        rest = rest.subarray(size);
        continue;
      }
      this.#frame = Buffer.allocUnsafeSlow(size);
      this.#filled = 0;
      rest = this.#fill(rest, take);
    }
  }

  /** Adds to the frame under way; gives what is left of the piece. */
  #fill(piece: Buffer, take: (frame: Frame) => void): Buffer {
    if (this.#frame === undefined) return piece;
    const taken = Math.min(piece.length, this.#frame.length - this.#filled);
    piece.copy(this.#frame, this.#filled, 0, taken);
    this.#filled += taken;
    if (this.#filled === this.#frame.length) {
      const whole = this.#frame;
      this.#frame = undefined;
      take(frameIn(whole));
    }
    return piece.subarray(taken);
  }
}

/** Undefined where there is too little to tell. The kind is looked at too: a text may begin as a length would, and then nothing would come after it. */
function sizeOf(bytes: Buffer): number | undefined {
  if (bytes.length < 4) return undefined;
  const size = bytes.readUInt32LE(0);
  if (size < HEADER || size >= MAX_LENGTH || size % 8 !== 0) throw new RangeError(`${size} is not the length of a frame`);
  if (bytes.length < 8) return undefined;
  const kind = bytes.readUInt32LE(4);
  if (!KINDS.has(kind)) throw new RangeError(`${kind} is no kind of a frame`);
  return size;
}
const KINDS: ReadonlySet<number> = new Set(Object.values(fromPython));

function frameIn(bytes: Buffer): Frame {
  return { kind: bytes.readUInt32LE(4), call: bytes.readUInt32LE(8), rows: bytes.readUInt32LE(12), body: bytes.subarray(HEADER) };
}

function paddingOf(length: number): number {
  return -length & 7;
}
