import { DETACHED, isDetached } from '../../schema/detached.ts';

/** What is transferred with a message. */
export type Memory = readonly ArrayBuffer[];

const NOTHING: Memory = Object.freeze([]);

/** Every datatype's array may start at a multiple of it. */
const ALIGNMENT = 8;

interface Part {
  readonly view: ArrayBufferView;
  /** Where among the numbers its place is to be written. */
  readonly slot: number;
}

/** Collects arrays, noting of each its length, the buffer and the place in it, and then lays them out. */
export class Packer {
  readonly #numbers: number[];
  readonly #parts: Part[] = [];

  constructor(numbers: number[]) {
    this.#numbers = numbers;
  }

  add(view: ArrayBufferView): void {
    if (isDetached(view)) throw new TypeError(DETACHED);
    this.#numbers.push(view.byteLength, 0, 0);
    this.#parts.push({ view, slot: this.#numbers.length - 2 });
  }

  /** The memory with all of them: buffers in `own` as they are, everything else copied into one. */
  finish(own: Memory): Memory {
    const given = this.#mostlyUsed(own);
    const copied: Part[] = [];
    let size = 0;
    for (let i = 0; i < this.#parts.length; i++) {
      const part = this.#parts[i] as Part;
      const { view, slot } = part;
      const at = given.length === 0 ? -1 : given.indexOf(view.buffer as ArrayBuffer);
      if (at >= 0) {
        this.#place(slot, at, view.byteOffset);
        continue;
      }
      this.#place(slot, given.length, size);
      copied.push(part);
      size += Math.ceil(view.byteLength / ALIGNMENT) * ALIGNMENT;
    }
    if (size === 0) return given;
    const memory = packed(copied, size);
    return given.length === 0 ? [memory] : [...given, memory];
  }

  #place(slot: number, buffer: number, at: number): void {
    this.#numbers[slot] = buffer;
    this.#numbers[slot + 1] = at;
  }

  #mostlyUsed(own: Memory): Memory {
    const [only] = own;
    if (own.length === 1) return only !== undefined && this.#isMostlyUsed(only) ? own : NOTHING;
    return own.length === 0 ? own : own.filter((buffer) => this.#isMostlyUsed(buffer));
  }

  /** A small part is copied, so that it does not keep the whole. */
  #isMostlyUsed(buffer: ArrayBuffer): boolean {
    let used = 0;
    for (const { view } of this.#parts) if (view.buffer === buffer) used += view.byteLength;
    return used > 0 && used * 2 >= buffer.byteLength;
  }
}

function packed(parts: readonly Part[], size: number): ArrayBuffer {
  // Not from Node's pool, which cannot be transferred, and not zeroed, since it is written whole but for the gaps.
  const memory = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const { view } of parts) {
    memory.set(view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at);
    at += Math.ceil(view.byteLength / ALIGNMENT) * ALIGNMENT;
  }
  return memory.buffer as ArrayBuffer;
}
