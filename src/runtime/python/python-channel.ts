import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { type Frame, FrameReader } from './frames.ts';

interface ChannelEvents {
  /** A frame has come; throws where it is none that can come now. */
  onFrame(frame: Frame): void;
  /** What comes can be read no more. Told once. */
  onSpoiled(cause: unknown): void;
}

/** The frames to and from a process, over two of its descriptors. */
export class PythonChannel {
  readonly #input: Socket;
  readonly #output: Socket;
  readonly #reader = new FrameReader();
  readonly #events: ChannelEvents;
  #isOver = false;

  constructor(child: ChildProcess, events: ChannelEvents) {
    this.#input = child.stdio[3] as Socket;
    this.#output = child.stdio[4] as Socket;
    this.#events = events;
    // What cannot be written any more is missed by nobody: the end of the process is told by its exit.
    this.#input.on('error', () => {});
    this.#output.on('error', () => {});
    this.#output.on('data', (piece: Buffer) => this.#receive(piece));
  }

  send(pieces: readonly Uint8Array[]): void {
    const input = this.#input;
    if (pieces.length > 1) input.cork();
    for (const piece of pieces) input.write(piece);
    if (pieces.length > 1) input.uncork();
  }

  /** Node's process does not end before something has come. */
  keep(): void {
    this.#output.ref();
  }

  letGo(): void {
    this.#output.unref();
  }

  /** Says that nothing more will be sent. */
  end(): void {
    this.#input.end();
  }

  /** Sends no more; what has been sent may still be read. */
  closeInput(): void {
    this.#input.destroy();
  }

  close(): void {
    this.#isOver = true;
    this.#input.destroy();
    this.#output.destroy();
  }

  #receive(piece: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#reader.push(piece, (frame) => this.#events.onFrame(frame));
    } catch (cause) {
      this.#isOver = true;
      this.#events.onSpoiled(cause);
    }
  }
}
