/**
 * Collects the bytes of one body. Kept as the pieces they come in they could cost a hundred times their size, since
 * a client may send them one by one; so from the second piece on they are copied into one buffer that doubles.
 */
export class BodyBytes {
  readonly #announced: number;
  #bytes: Buffer = EMPTY;
  #length = 0;

  /** `announced` is how many there will be, where the client has said so; otherwise 0. */
  constructor(announced: number) {
    this.#announced = announced;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    // Most bodies are one piece, which has memory of its own already.
    if (this.#length === 0) this.#bytes = chunk;
    else {
      this.#makeRoom(this.#length + chunk.length);
      chunk.copy(this.#bytes, this.#length);
    }
    this.#length += chunk.length;
  }

  /** All of them; afterwards nothing may be added. */
  take(): Buffer {
    return this.#bytes.length === this.#length ? this.#bytes : this.#bytes.subarray(0, this.#length);
  }

  #makeRoom(length: number): void {
    if (this.#bytes.length >= length) return;
    // Not from Node's pool: bytes given to a pipeline must be able to leave for a thread.
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#announced, length, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const EMPTY = Buffer.alloc(0);
