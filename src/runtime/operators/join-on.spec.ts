import { describe, expect, it } from 'vitest';
import type { JoinKind } from '../../plan/node.ts';
import { type AnyRow, int32, nullable, record, type Schema, schemaOf, text } from '../../schema/column.ts';
import { emptyTable, type Table } from '../table.ts';
import { joinBuilders } from './join.ts';
import { joinOn } from './join-on.ts';

const table = (...rows: readonly AnyRow[]): Table => ({ rows, ids: rows.map((_, i) => 10 * i), parents: null });
const left = table({ key: 'b', n: 1 }, { key: 'a', n: 2 }, { key: null, n: 3 }, { key: 'c', n: 4 });
const right = table({ key: 'a', m: 5 }, { key: 'b', m: 6 }, { key: 'a', m: 7 }, { key: null, m: 8 }, { key: 'd', m: 9 });
const leftColumns = schemaOf({ key: nullable(text), n: int32 }, 'left');
const columns = schemaOf({ key: nullable(text), n: nullable(int32), m: nullable(int32) }, 'output');
const on = ['key'];

const printed = ({ rows }: Table): readonly string[] => rows.map(({ key, n, m }) => `${key} ${n} ${m}`);
const rightColumns = schemaOf({ key: nullable(text), m: int32 }, 'right');
interface Options {
  readonly on: readonly string[];
  readonly how: JoinKind;
  readonly as: string | null;
  readonly leftColumns: Schema;
  readonly columns: Schema;
}
const join = (first: Table, second: Table, options: Options, mayGoOn: () => void): Table => {
  const builders = joinBuilders({ ...options, left: options.leftColumns, right: rightColumns, output: options.columns });
  return joinOn(first, second, { on: options.on, builders }, mayGoOn);
};
const joined = (how: 'inner' | 'left' | 'outer', output: Schema = columns, as: string | null = null): Table =>
  join(left, right, { on, how, as, leftColumns, columns: output }, () => {});

describe('joinOn', () => {
  it('asks now and then whether it may go on, since few rows can make many pairs', () => {
    const same = table(...Array.from({ length: 100 }, (_, n) => ({ key: 'a', n })));
    const late = (): never => {
      throw new Error('late');
    };
    const options = { on, how: 'inner', as: null, leftColumns, columns: leftColumns } as const;
    expect(() => join(same, same, options, late)).toThrow('late');
    expect(join(left, right, options, late).rows).toHaveLength(3);
  });

  it('takes as many unmatched right rows as there are where it is outer', () => {
    const rows = Array.from({ length: 200_000 }, (_, m) => ({ key: null, m }));
    const many: Table = { rows, ids: rows.map((_, i) => i), parents: null };
    expect(join(emptyTable, many, { on, how: 'outer', as: null, leftColumns, columns }, () => {}).rows).toHaveLength(200_000);
  });

  it('gives every pair of rows with equal keys, in the order of the left ones, then of the right ones', () => {
    expect(printed(joined('inner'))).toEqual(['b 1 6', 'a 2 5', 'a 2 7']);
  });

  it('makes each pair from its left row', () => {
    expect(joined('inner')).toMatchObject({ ids: [0, 1, 2], parents: [0, 10, 10] });
  });

  it('keeps left rows without a match where it is left, those with a null key among them', () => {
    expect(printed(joined('left'))).toEqual(['b 1 6', 'a 2 5', 'a 2 7', 'null 3 null', 'c 4 null']);
    expect(joined('left').parents).toEqual([0, 10, 10, 20, 30]);
  });

  it('keeps right rows too where it is outer, last, with their keys, and made from nothing', () => {
    const outer = joined('outer');
    expect(printed(outer)).toEqual(['b 1 6', 'a 2 5', 'a 2 7', 'null 3 null', 'c 4 null', 'null null 8', 'd null 9']);
    expect(outer).toMatchObject({ ids: [0, 1, 2, 3, 4, 5, 6], parents: null });
  });

  it('puts the whole right row into one column where that has a name', () => {
    const output = schemaOf({ n: int32, other: nullable(record({ key: text, m: int32 })) }, 'output');
    expect(joined('left', output, 'other').rows.slice(2, 4)).toEqual([
      { n: 2, other: { key: 'a', m: 7 } },
      { n: 3, other: null },
    ]);
  });

  it('gives the columns of its output alone, and the fields of its record', () => {
    expect(joined('inner', schemaOf({ m: int32 }, 'output')).rows).toEqual([{ m: 6 }, { m: 5 }, { m: 7 }]);
    const narrow = schemaOf({ other: record({ m: int32 }) }, 'output');
    expect(joined('inner', narrow, 'other').rows[0]).toEqual({ other: { m: 6 } });
  });

  it('matches all of several keys, NaN with NaN and -0 with 0', () => {
    const numbers = table({ a: Number.NaN, b: 0, n: 1 }, { a: 1, b: 0, n: 2 });
    const others = table({ a: Number.NaN, b: -0, m: 3 }, { a: 1, b: 1, m: 4 });
    const options = { on: ['a', 'b'], how: 'inner', as: null, leftColumns: schemaOf({ a: int32, b: int32, n: int32 }, 'left') } as const;
    expect(join(numbers, others, { ...options, columns: schemaOf({ n: int32, m: int32 }, 'output') }, () => {}).rows).toEqual([
      { n: 1, m: 3 },
    ]);
  });

  it('joins with no rows', () => {
    const options = { on, as: null, leftColumns, columns };
    expect(join(left, emptyTable, { ...options, how: 'inner' }, () => {}).rows).toEqual([]);
    expect(printed(join(emptyTable, right, { ...options, how: 'outer' }, () => {}))).toHaveLength(5);
    expect(join(emptyTable, right, { ...options, how: 'left' }, () => {}).rows).toEqual([]);
  });
});
