import type { Clock } from '../runtime/clock.ts';
import { popFromHeap, pushOnHeap } from '../scheduling/heap.ts';

interface Alarm {
  readonly atMs: number;
  /** Of two at the same time the one that was armed first goes first. */
  readonly order: number;
  /** Undefined once it has been called off. */
  callback: (() => void) | undefined;
}

/** Events between two turns of the event loop: a turn for each would cost ten times as much. */
const EVENTS_PER_TURN = 64;
/** Fewer than this many alarms are not worth clearing away. */
const FEW = 64;

/**
 * A clock on which time passes only as it is told to: `run` goes from event to event and lets promises settle after each, as they
 * would between two of Node's timers, so that code which awaits runs as it does in a server; `advance` does not wait for promises.
 */
export class VirtualClock implements Clock {
  /** A binary heap: no alarm is before the one at half its place. */
  #heap: Alarm[] = [];
  #nowMs: number;
  #armed = 0;
  #live = 0;

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const alarm: Alarm = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#armed++, callback };
    this.#live++;
    pushOnHeap(this.#heap, alarm, isBefore);
    return () => {
      if (alarm.callback === undefined) return;
      alarm.callback = undefined;
      this.#live--;
      if (this.#heap.length > FEW && this.#live * 2 < this.#heap.length) this.#clearAway();
    };
  }

  /** Deadlines are mostly called off, and time may stand still. */
  #clearAway(): void {
    // A sorted array is a heap.
    this.#heap = this.#heap.filter(({ callback }) => callback !== undefined).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  /** How many alarms have neither gone off nor been called off. */
  get timers(): number {
    return this.#live;
  }

  /** Lets time pass at once; alarms go off in the order of their times, each at its own time. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    while (this.#goOff(untilMs)) {}
    this.#nowMs = untilMs;
  }

  /**
   * Goes on until nothing is left to happen, or until a time. After each alarm all promises settle that need no further one; what waits for
   * Node itself (a timer of its own, `setImmediate`, I/O) is not waited for. Rejects with what a callback throws.
   */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      let isOver = false;
      // Node lets promises settle between two immediates, also where one turn of the loop has several.
      const step = (): void => {
        if (isOver) return;
        try {
          if (this.#goOff(untilMs)) return;
        } catch (error) {
          isOver = true;
          reject(error);
          return;
        }
        isOver = true;
        resolve();
      };
      const turn = (): void => {
        if (isOver) return;
        for (let i = 0; i < EVENTS_PER_TURN; i++) setImmediate(step);
        setImmediate(turn);
      };
      turn();
    });
    if (Number.isFinite(untilMs)) this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** The next alarm, unless there is none until then. */
  #goOff(untilMs: number): boolean {
    for (let first = this.#heap[0]; first !== undefined && first.atMs <= untilMs; first = this.#heap[0]) {
      popFromHeap(this.#heap, isBefore);
      const { callback } = first;
      if (callback === undefined) continue;
      first.callback = undefined;
      this.#live--;
      this.#nowMs = first.atMs;
      callback();
      return true;
    }
    return false;
  }
}

function isBefore(a: Alarm, b: Alarm): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
