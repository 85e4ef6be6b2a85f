import type { Aggregate } from '../../plan/aggregate.ts';
import type { AnyRow } from '../../schema/column.ts';
import { pickColumns } from './select.ts';

/** One aggregate over some rows; what each gives over none is said at `Aggregates`. */
export function aggregate(spec: Aggregate, rows: readonly AnyRow[]): unknown {
  switch (spec.kind) {
    case 'count':
      return rows.length;
    case 'sum':
      return total(numbersOf(rows, spec.column));
    case 'avg':
      return average(numbersOf(rows, spec.column));
    case 'min':
      return extremeRow(rows, spec.column, -1)?.[spec.column] ?? null;
    case 'max':
      return extremeRow(rows, spec.column, 1)?.[spec.column] ?? null;
    case 'argMin':
      return extremeRow(rows, spec.by, -1)?.[spec.column] ?? null;
    case 'argMax':
      return extremeRow(rows, spec.by, 1)?.[spec.column] ?? null;
    case 'first':
      return rows.find((row) => row[spec.column] !== null)?.[spec.column] ?? null;
    case 'collect':
      return rows.map((row) => row[spec.column]).filter((value) => value !== null);
    case 'collectRecords':
      return sorted(rows, spec.sortBy).map((row) => pickColumns(row, spec.columns));
  }
}

function numbersOf(rows: readonly AnyRow[], column: string): readonly number[] {
  return rows.map((row) => row[column]).filter((value) => typeof value === 'number');
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : total(values) / values.length;
}

/** The first row with the largest (direction 1) or smallest (-1) value that is not null; a NaN is one only where there is nothing else. */
function extremeRow(rows: readonly AnyRow[], column: string, direction: 1 | -1): AnyRow | undefined {
  let best: AnyRow | undefined;
  for (const row of rows) {
    if (row[column] === null) continue;
    if (best === undefined || isBetter(row[column], best[column], direction)) best = row;
  }
  return best;
}

function isBetter(value: unknown, best: unknown, direction: 1 | -1): boolean {
  if (Number.isNaN(value)) return false;
  return Number.isNaN(best) || compare(value, best) * direction > 0;
}

/** A stable sort: nulls last, and NaNs before them. */
function sorted(rows: readonly AnyRow[], by: string | undefined): readonly AnyRow[] {
  if (by === undefined) return rows;
  return rows.toSorted((a, b) => {
    const [left, right] = [a[by], b[by]];
    return placeOf(left) - placeOf(right) || compare(left, right);
  });
}

/** Where a value stands among others that it cannot be compared with. */
function placeOf(value: unknown): number {
  if (value === null) return 2;
  return Number(Number.isNaN(value));
}

/** Numbers and bigints by size, text by code units; a NaN is neither smaller nor larger than anything. */
function compare(a: unknown, b: unknown): number {
  const [left, right] = [a as number, b as number];
  return left < right ? -1 : Number(left > right);
}
