import { describe, expect, it } from 'vitest';
import { groupsOf } from './group.ts';

const keyed = (...keys: readonly unknown[]) => keys.map((key) => ({ key }));

describe('groupsOf', () => {
  it('puts rows with equal keys together, groups in the order of first sight', () => {
    expect(groupsOf(keyed('b', 'a', 'b', 'c', 'a'), ['key'])).toEqual([[0, 2], [1, 4], [3]]);
  });

  it('does so by several keys, where one key alone would order them otherwise', () => {
    const rows = [
      { a: 1, b: 'x' },
      { a: 2, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 1, b: 'x' },
    ];
    expect(groupsOf(rows, ['a', 'b'])).toEqual([[0, 4], [1, 3], [2]]);
  });

  it('takes null for a group of its own, beside the text "null"', () => {
    expect(groupsOf(keyed(null, 'null', null), ['key'])).toEqual([[0, 2], [1]]);
  });

  it('takes NaN for equal to NaN, and -0 for equal to 0', () => {
    expect(groupsOf(keyed(Number.NaN, 0, Number.NaN, -0), ['key'])).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it('does not mix the values of two keys', () => {
    const rows = [
      { a: 'x', b: 'yz' },
      { a: 'xy', b: 'z' },
      { a: null, b: 'x' },
      { a: 'x', b: null },
    ];
    expect(groupsOf(rows, ['a', 'b'])).toHaveLength(4);
  });

  it('makes no group of no rows, but one without keys', () => {
    expect(groupsOf([], ['key'])).toEqual([]);
    expect(groupsOf([], [])).toEqual([[]]);
    expect(groupsOf(keyed(1, 2), [])).toEqual([[0, 1]]);
  });
});
