/**
 * Collects the bytes of one body. Kept as the pieces they come in they could cost a hundred times their size, since
 * a client may send them one by one; so from the second piece on they are copied into one buffer that doubles.
 */
export class BodyBytes {
  readonly #announced: number;
  #bytes: Buffer = EMPTY;
  /** Where in them the body begins. */
  #start = 0;
  #length = 0;
  readonly #alignedAt: number;

  /**
   * `announced` is how many there will be, where the client has said so; otherwise 0. Where they are copied, the one at `alignedAt` comes to lie
   * at a multiple of 8, as arrays of numbers need it.
   */
  constructor(announced: number, alignedAt = 0) {
    this.#announced = announced;
    this.#alignedAt = alignedAt;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    // Most bodies are one piece, which has memory of its own already.
    if (this.#length === 0) this.#bytes = chunk;
    else {
      this.#makeRoom(this.#length + chunk.length);
      this.#bytes.set(chunk, this.#start + this.#length);
    }
    this.#length += chunk.length;
  }

  /** All of them; afterwards nothing may be added. */
  take(): Buffer {
    const end = this.#start + this.#length;
    return this.#start === 0 && this.#bytes.length === end ? this.#bytes : this.#bytes.subarray(this.#start, end);
  }

  #makeRoom(length: number): void {
    if (this.#bytes.length - this.#start >= length) return;
    // Not from Node's pool: bytes given to a pipeline must be able to leave for a thread.
    const start = (ALIGNMENT - (this.#alignedAt % ALIGNMENT)) % ALIGNMENT;
    const larger = Buffer.allocUnsafeSlow(start + Math.max(this.#announced, length, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(this.#start, this.#start + this.#length), start);
    this.#bytes = larger;
    this.#start = start;
  }
}

/** Of every array of numbers. */
const ALIGNMENT = 8;

const EMPTY = Buffer.alloc(0);
