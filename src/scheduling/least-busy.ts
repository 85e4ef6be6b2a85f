/** One of those to choose from; its fields are for who chooses. */
export interface Member<T> {
  readonly value: T;
  load: number;
  /** The index among those of the same load; -1 once it has been removed. */
  at: number;
}

/**
 * Those to choose from, by how much each has to do, which is a small whole number: one list for each load. All it does takes the same
 * time for two and for ten thousand, as loads change by one. Among equals it gives who came to the load last: those longest without work stay so, and can go.
 */
export class LeastBusy<T> {
  readonly #levels: Member<T>[][] = [];
  #size = 0;
  /** No level below this one has members. */
  #lowest = 0;

  get size(): number {
    return this.#size;
  }

  add(value: T, load = 0): Member<T> {
    const member: Member<T> = { value, load, at: -1 };
    this.#size++;
    this.#enter(member);
    return member;
  }

  remove(member: Member<T>): void {
    if (member.at < 0) return;
    this.#leave(member);
    this.#size--;
  }

  /** Does nothing for one that has been removed. */
  move(member: Member<T>, load: number): void {
    if (member.at < 0 || member.load === load) return;
    this.#leave(member);
    member.load = load;
    this.#enter(member);
  }

  /** Who has least to do, less than `limit`; of those that are wanted, where somebody says which. */
  least(limit = Number.POSITIVE_INFINITY, isWanted?: (value: T) => boolean): T | undefined {
    const levels = this.#levels;
    while (this.#lowest < levels.length && levels[this.#lowest]?.length === 0) this.#lowest++;
    for (let load = this.#lowest; load < levels.length && load < limit; load++) {
      const level = levels[load] as Member<T>[];
      for (let at = level.length - 1; at >= 0; at--) {
        const { value } = level[at] as Member<T>;
        if (isWanted === undefined || isWanted(value)) return value;
      }
    }
    return undefined;
  }

  #enter(member: Member<T>): void {
    const { load } = member;
    while (this.#levels.length <= load) this.#levels.push([]);
    const level = this.#levels[load] as Member<T>[];
    member.at = level.push(member) - 1;
    this.#lowest = Math.min(this.#lowest, load);
  }

  /** The last of its load comes in its place. */
  #leave(member: Member<T>): void {
    const level = this.#levels[member.load] as Member<T>[];
    const last = level.pop() as Member<T>;
    if (last !== member) {
      level[member.at] = last;
      last.at = member.at;
    }
    member.at = -1;
  }
}
