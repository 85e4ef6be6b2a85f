import { describe, expect, it } from 'vitest';
import { rename } from './rename.ts';
import { select } from './select.ts';

const table = { rows: [{ a: 1, b: null, c: 'x' }], ids: [4], parents: [2] };

describe('select', () => {
  it('keeps the named columns in the order of their names, and the identities', () => {
    const selected = select(table, ['c', 'b']);
    expect(selected).toEqual({ rows: [{ c: 'x', b: null }], ids: [4], parents: [2] });
    expect(Object.keys(selected.rows[0] ?? {})).toEqual(['c', 'b']);
  });

  it('keeps rows when it keeps no column', () => {
    expect(select(table, [])).toEqual({ rows: [{}], ids: [4], parents: [2] });
  });
});

describe('rename', () => {
  it('gives columns new names in their places, and keeps the identities', () => {
    const renamed = rename(table, { b: 'd' });
    expect(renamed).toEqual({ rows: [{ a: 1, d: null, c: 'x' }], ids: [4], parents: [2] });
    expect(Object.keys(renamed.rows[0] ?? {})).toEqual(['a', 'd', 'c']);
  });

  it('lets two columns change places', () => {
    expect(rename(table, { a: 'b', b: 'a' }).rows).toEqual([{ b: 1, a: null, c: 'x' }]);
  });

  it('does not rename a column named like something that every object has', () => {
    expect(rename({ ...table, rows: [{ constructor: 1, toString: 2 }] }, { toString: 'text' }).rows).toEqual([{ constructor: 1, text: 2 }]);
  });
});
