import { describe, expect, it } from 'vitest';
import { int32, nullable, type Schema, schemaOf, text } from '../../schema/column.ts';
import type { Table } from '../table.ts';
import { renameBuilder } from './rename.ts';
import { rebuild, selectBuilder } from './select.ts';

const table: Table = { rows: [{ a: 1, b: null, c: 'x' }], ids: [4], parents: [2] };
const columnsOf = (...names: readonly string[]): Schema =>
  schemaOf(Object.fromEntries(names.map((name) => [name, name === 'c' ? text : nullable(int32)])), 'columns');
const select = (...names: readonly string[]): Table => rebuild(table, selectBuilder(columnsOf(...names)));
const rename = (names: Readonly<Record<string, string>>, ...output: readonly string[]): Table =>
  rebuild(table, renameBuilder(names, columnsOf(...output)));

describe('select', () => {
  it('keeps the named columns in the order of their names, and the identities', () => {
    const selected = select('c', 'b');
    expect(selected).toEqual({ rows: [{ c: 'x', b: null }], ids: [4], parents: [2] });
    expect(Object.keys(selected.rows[0] ?? {})).toEqual(['c', 'b']);
  });

  it('keeps rows when it keeps no column', () => {
    expect(select()).toEqual({ rows: [{}], ids: [4], parents: [2] });
  });
});

describe('rename', () => {
  it('gives columns new names in their places, and keeps the identities', () => {
    const renamed = rename({ b: 'd' }, 'a', 'd', 'c');
    expect(renamed).toEqual({ rows: [{ a: 1, d: null, c: 'x' }], ids: [4], parents: [2] });
    expect(Object.keys(renamed.rows[0] ?? {})).toEqual(['a', 'd', 'c']);
  });

  it('lets two columns change places', () => {
    expect(rename({ a: 'b', b: 'a' }, 'b', 'a', 'c').rows).toEqual([{ b: 1, a: null, c: 'x' }]);
  });

  it('gives the columns of its output alone', () => {
    expect(rename({ b: 'd' }, 'd').rows).toEqual([{ d: null }]);
  });

  it('does not rename a column named like something that every object has', () => {
    const given: Table = { ...table, rows: [{ constructor: 1, toString: 2 }] };
    const build = renameBuilder({ toString: 'text' }, columnsOf('constructor', 'text'));
    expect(rebuild(given, build).rows).toEqual([{ constructor: 1, text: 2 }]);
  });
});
