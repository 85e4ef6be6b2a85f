import { popFromHeap, pushOnHeap } from '../scheduling/heap.ts';

/** A timer that can be set again and again, and can be told whether it keeps the process from ending. */
export interface Timer {
  /** Calls back once after this long, and no more at the time it was set to before. */
  set(delayMs: number): void;
  keepProcess(isKept: boolean): void;
}

interface Alarm {
  readonly dueMs: number;
  /** Undefined once it has been called off. */
  callback: (() => void) | undefined;
}

/** Fewer than this many are not worth clearing away. */
const FEW = 64;

/**
 * Any number of alarms by one timer. To arm one of Node's for each request and to clear it again costs more than ten stages, and
 * nearly every one is called off: a deadline is mostly kept. So what is called off only loses its callback, and is cleared away when more than
 * half of all have been. Alarms lie in a binary heap by when they are due, where one that is due last, as deadlines mostly are, stays where it is put.
 */
export class Alarms {
  readonly #now: () => number;
  readonly #timer: Timer;
  #heap: Alarm[] = [];
  #live = 0;
  /** When the timer goes off. */
  #setFor = Number.POSITIVE_INFINITY;

  constructor(now: () => number, createTimer: (callback: () => void) => Timer) {
    this.#now = now;
    this.#timer = createTimer(() => this.#goOff());
  }

  /** Calls back once, not before `delayMs` have passed; the function it returns calls it off. While any is left the process is kept. */
  after(delayMs: number, callback: () => void): () => void {
    const alarm: Alarm = { dueMs: this.#now() + delayMs, callback };
    if (this.#live++ === 0) this.#timer.keepProcess(true);
    pushOnHeap(this.#heap, alarm, isDueBefore);
    if (alarm.dueMs < this.#setFor || this.#setFor === Number.POSITIVE_INFINITY) this.#setTimer(alarm.dueMs);
    return () => this.#callOff(alarm);
  }

  #callOff(alarm: Alarm): void {
    if (alarm.callback === undefined) return;
    alarm.callback = undefined;
    this.#forgetOne();
    if (this.#live === 0) this.#heap = [];
    else if (this.#heap.length > FEW && this.#live * 2 < this.#heap.length) this.#clearAway();
  }

  #forgetOne(): void {
    if (--this.#live === 0) this.#timer.keepProcess(false);
  }

  #clearAway(): void {
    // A sorted array is a heap.
    this.#heap = this.#heap.filter(({ callback }) => callback !== undefined).sort((a, b) => a.dueMs - b.dueMs);
  }

  #goOff(): void {
    this.#setFor = Number.POSITIVE_INFINITY;
    try {
      this.#callDue();
    } finally {
      const [first] = this.#heap;
      if (first !== undefined) this.#setTimer(first.dueMs);
    }
  }

  #callDue(): void {
    const nowMs = this.#now();
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      const { callback } = first;
      if (callback !== undefined && first.dueMs > nowMs) return;
      popFromHeap(this.#heap, isDueBefore);
      if (callback === undefined) continue;
      first.callback = undefined;
      this.#forgetOne();
      callback();
    }
  }

  #setTimer(dueMs: number): void {
    this.#setFor = dueMs;
    this.#timer.set(dueMs - this.#now());
  }
}

function isDueBefore(one: Alarm, other: Alarm): boolean {
  return one.dueMs < other.dueMs;
}
