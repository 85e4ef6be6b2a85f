import type { AnyRow } from '../../schema/column.ts';

/** A row and where it came from: its place among the request's rows, then among the rows made from that one, … */
export interface Traced {
  readonly path: readonly number[];
  readonly row: AnyRow;
}

/** Whether two rows stand for the same. */
export function samePath(a: readonly number[], b: readonly number[]): boolean {
  return comparePaths(a, b) === 0 && a.length === b.length;
}

/** By place, from the request's rows on. */
export function comparePaths(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The named columns of a row. */
export function pick(row: AnyRow, names: readonly string[]): AnyRow {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

/** A row of nulls. */
export function nulls(names: readonly string[]): AnyRow {
  return Object.fromEntries(names.map((name) => [name, null]));
}
