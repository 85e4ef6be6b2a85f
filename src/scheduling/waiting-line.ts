/** Where somebody stands in a line; the line's own. */
export interface Place<T> {
  readonly value: T;
  readonly deadlineMs: number;
  /** Whose number is lower came first. */
  readonly arrival: number;
  /** The index in the heap; -1 once it has been taken out. */
  at: number;
}

/**
 * What waits, earliest deadline first, in the order of arrival among equals: a binary heap whose members know where they are, so that
 * each can be taken out. Who is due last, as the last to come mostly is, stays where it is put.
 */
export class WaitingLine<T> {
  #heap: Place<T>[] = [];

  get length(): number {
    return this.#heap.length;
  }

  /** Who goes next. */
  get first(): T | undefined {
    return this.#heap[0]?.value;
  }

  /** Who comes back is given the number of its first arrival, and so its old place. */
  add(value: T, deadlineMs: number, arrival: number): Place<T> {
    const place: Place<T> = { value, deadlineMs, arrival, at: 0 };
    this.#rise(place, this.#heap.length);
    return place;
  }

  /** The first, taken out. */
  take(): T | undefined {
    const [first] = this.#heap;
    if (first !== undefined) this.remove(first);
    return first?.value;
  }

  /** Whether it was still there. */
  remove(place: Place<T>): boolean {
    const { at } = place;
    if (this.#heap[at] !== place) return false;
    place.at = -1;
    const last = this.#heap.pop() as Place<T>;
    if (last === place) return true;
    if (at > 0 && goesBefore(last, this.#heap[(at - 1) >> 1] as Place<T>)) this.#rise(last, at);
    else this.#sink(last, at);
    return true;
  }

  /** All that wait, taken out. */
  takeAll(): readonly T[] {
    const places = this.#heap.sort((a, b) => (goesBefore(a, b) ? -1 : 1));
    this.#heap = [];
    for (const place of places) place.at = -1;
    return places.map(({ value }) => value);
  }

  /** All that wait, in no order. */
  *[Symbol.iterator](): Iterator<T> {
    for (const { value } of this.#heap) yield value;
  }

  #rise(place: Place<T>, from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#heap[above] as Place<T>;
      if (!goesBefore(place, parent)) break;
      this.#put(parent, at);
      at = above;
    }
    this.#put(place, at);
  }

  #sink(place: Place<T>, from: number): void {
    let at = from;
    for (let below = this.#firstBelow(at); below !== undefined; below = this.#firstBelow(at)) {
      if (!goesBefore(below, place)) break;
      const next = below.at;
      this.#put(below, at);
      at = next;
    }
    this.#put(place, at);
  }

  /** Of the two below, who goes first. */
  #firstBelow(at: number): Place<T> | undefined {
    const left = this.#heap[at * 2 + 1];
    const right = this.#heap[at * 2 + 2];
    return left !== undefined && right !== undefined && goesBefore(right, left) ? right : left;
  }

  #put(place: Place<T>, at: number): void {
    this.#heap[at] = place;
    place.at = at;
  }
}

function goesBefore<T>(one: Place<T>, other: Place<T>): boolean {
  return one.deadlineMs === other.deadlineMs ? one.arrival < other.arrival : one.deadlineMs < other.deadlineMs;
}
