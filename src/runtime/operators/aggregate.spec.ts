import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../plan/aggregate.ts';
import { aggregate } from './aggregate.ts';

const rows = [
  { id: 'a', score: 2, big: 5n },
  { id: 'b', score: null, big: 9n },
  { id: 'c', score: 7, big: -1n },
  { id: null, score: 7, big: 9n },
];

describe('aggregate', () => {
  it.each<[string, Aggregate, unknown, unknown]>([
    ['count counts nulls too', { kind: 'count' }, 4, 0],
    ['sum', { kind: 'sum', column: 'score' }, 16, 0],
    ['avg', { kind: 'avg', column: 'score' }, 16 / 3, null],
    ['min', { kind: 'min', column: 'score' }, 2, null],
    ['max', { kind: 'max', column: 'score' }, 7, null],
    ['max of bigints', { kind: 'max', column: 'big' }, 9n, null],
    ['min of text', { kind: 'min', column: 'id' }, 'a', null],
    ['first', { kind: 'first', column: 'score' }, 2, null],
    ['collect leaves nulls out', { kind: 'collect', column: 'id' }, ['a', 'b', 'c'], []],
    ['argMax takes the first of the largest', { kind: 'argMax', column: 'id', by: 'score' }, 'c', null],
    ['argMin', { kind: 'argMin', column: 'id', by: 'big' }, 'c', null],
  ])('%s', (_, spec, over, overNone) => {
    expect(aggregate(spec, rows)).toEqual(over);
    expect(aggregate(spec, [])).toEqual(overNone);
  });

  it('collects records with their nulls in the order of the rows', () => {
    expect(aggregate({ kind: 'collectRecords', columns: ['id'], sortBy: undefined }, rows)).toEqual([
      { id: 'a' },
      { id: 'b' },
      { id: 'c' },
      { id: null },
    ]);
  });

  it('sorts records by a column they need not have, equal ones in their order and nulls last', () => {
    const sorted = aggregate({ kind: 'collectRecords', columns: ['id'], sortBy: 'score' }, rows);
    expect(sorted).toEqual([{ id: 'a' }, { id: 'c' }, { id: null }, { id: 'b' }]);
  });

  it('sorts NaNs after all numbers and before nulls, each kind in its order', () => {
    const numbers = [3, Number.NaN, null, 1, null, Number.NaN, 2, Number.POSITIVE_INFINITY];
    const given = numbers.map((n, id) => ({ id, n }));
    const sorted = aggregate({ kind: 'collectRecords', columns: ['id'], sortBy: 'n' }, given) as readonly { readonly id: number }[];
    expect(sorted.map(({ id }) => id)).toEqual([3, 6, 0, 7, 1, 5, 2, 4]);
  });

  it('takes the first row where all are NaN', () => {
    const given = ['a', 'b'].map((id) => ({ id, n: Number.NaN }));
    expect(aggregate({ kind: 'argMax', column: 'id', by: 'n' }, given)).toBe('a');
    expect(aggregate({ kind: 'argMin', column: 'id', by: 'n' }, given)).toBe('a');
  });

  it('does not sort the rows themselves', () => {
    const given = [{ n: 2 }, { n: 1 }];
    aggregate({ kind: 'collectRecords', columns: ['n'], sortBy: 'n' }, given);
    expect(given).toEqual([{ n: 2 }, { n: 1 }]);
  });

  it('gives the null of the row that argMax finds', () => {
    expect(aggregate({ kind: 'argMax', column: 'score', by: 'big' }, rows)).toBeNull();
  });

  it('takes NaN for an extreme only where there is nothing else', () => {
    const of = (...numbers: readonly number[]): unknown =>
      aggregate(
        { kind: 'max', column: 'n' },
        numbers.map((n) => ({ n })),
      );
    expect(of(Number.NaN, 1)).toBe(1);
    expect(of(1, Number.NaN)).toBe(1);
    expect(of(Number.NaN)).toBeNaN();
  });
});
