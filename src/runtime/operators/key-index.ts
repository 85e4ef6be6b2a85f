import type { AnyRow } from '../../schema/column.ts';

/** Places of rows by the values of their keys, compared as Map does: null equals null, NaN equals NaN, -0 equals 0. */
export class KeyIndex {
  /** The places of each group of rows with equal keys, groups in the order in which they were first seen. */
  readonly groups: number[][] = [];
  readonly #keys: readonly string[];
  readonly #root: Level = new Map();

  /** At least one key. */
  constructor(keys: readonly string[]) {
    this.#keys = keys;
  }

  add(row: AnyRow, place: number): void {
    let level = this.#root;
    const last = this.#keys.length - 1;
    for (let i = 0; i < last; i++) level = branchAt(level, row[this.#keys[i] as string]);
    const value = row[this.#keys[last] as string];
    const group = level.get(value) as number[] | undefined;
    if (group !== undefined) {
      group.push(place);
      return;
    }
    const started = [place];
    level.set(value, started);
    this.groups.push(started);
  }

  /** The places of the rows whose keys equal those of this one. */
  find(row: AnyRow): readonly number[] {
    let found: Level | number[] | undefined = this.#root;
    for (const key of this.#keys) found = (found as Level | undefined)?.get(row[key]);
    return (found as number[] | undefined) ?? [];
  }
}

/** One level per key, the last of which holds places. */
type Level = Map<unknown, Level | number[]>;

function branchAt(level: Level, value: unknown): Level {
  const known = level.get(value) as Level | undefined;
  if (known !== undefined) return known;
  const branch: Level = new Map();
  level.set(value, branch);
  return branch;
}
