import type { InferHead } from './infer-request.ts';

/** Longer JSON holds values, or is rare. */
const MAX_JSON_BYTES = 4_096;
/** Clients that ask one model: as many kinds of requests as this are remembered at a time. */
const MAX_HEADS = 64;

/**
 * The JSON of requests that has been read before. A client sends the same JSON before other bytes again and again, and to read it costs more than all
 * else that a small request needs; so it is read, and judged, once. Not where it holds values itself.
 */
export class RepeatedHeads {
  readonly #heads = new Map<string, Known>();
  /** Most often the next is this one again, and comparing bytes costs less than making a key of them. */
  #last: Known | undefined;

  /** The head that the first `jsonBytes` of a body say: as it was before, else as `read` gives it. */
  get(body: Buffer, jsonBytes: number, read: () => InferHead): InferHead {
    if (jsonBytes > MAX_JSON_BYTES || jsonBytes === body.length) return read();
    if (this.#last !== undefined && isStartOf(this.#last.bytes, body, jsonBytes)) return this.#last.head;
    // Each byte one character: equal only for equal bytes.
    const key = body.toString('latin1', 0, jsonBytes);
    const known = this.#heads.get(key);
    if (known !== undefined) {
      this.#last = known;
      return known.head;
    }
    const head = read();
    if (head.inputs.every((input) => 'size' in input)) this.#remember(key, { bytes: Buffer.from(key, 'latin1'), head });
    return head;
  }

  #remember(key: string, known: Known): void {
    if (this.#heads.size >= MAX_HEADS) this.#heads.clear();
    this.#heads.set(key, known);
    this.#last = known;
  }
}

interface Known {
  readonly bytes: Buffer;
  readonly head: InferHead;
}

function isStartOf(start: Buffer, body: Buffer, length: number): boolean {
  return start.length === length && body.compare(start, 0, length, 0, length) === 0;
}
