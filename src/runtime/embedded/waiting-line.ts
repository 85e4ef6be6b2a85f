import type { RequestScope } from '../request-scope.ts';

/** Something that waits for a request. */
interface Waiting {
  readonly scope: RequestScope;
}

/** What waits, earliest deadline first, in the order of arrival among equals. */
export class WaitingLine<T extends Waiting> {
  readonly #line: T[] = [];

  get length(): number {
    return this.#line.length;
  }

  add(waiting: T): void {
    const place = this.#placeOf(waiting.scope.deadlineMs);
    if (place === this.#line.length) this.#line.push(waiting);
    else this.#line.splice(place, 0, waiting);
  }

  /** The first, taken out. */
  take(): T | undefined {
    return this.#line.shift();
  }

  remove(waiting: T): boolean {
    const at = this.#line.indexOf(waiting);
    if (at >= 0) this.#line.splice(at, 1);
    return at >= 0;
  }

  /** All that wait, taken out. */
  takeAll(): readonly T[] {
    return this.#line.splice(0);
  }

  /** Behind everything that is due no later: deadlines mostly come in order, so the search starts at the end. */
  #placeOf(deadlineMs: number): number {
    let place = this.#line.length;
    while (place > 0 && (this.#line[place - 1]?.scope.deadlineMs ?? 0) > deadlineMs) place--;
    return place;
  }
}
