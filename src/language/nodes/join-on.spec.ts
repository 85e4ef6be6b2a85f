import { describe, expect, it } from 'vitest';
import { mistake, planned } from '../../../test/support/plans.ts';
import { int32, nullable, text } from '../../schema/column.ts';
import { printSchema } from '../../schema/fit.ts';
import type { FlowBuilder } from '../builder.ts';

const other = (rows: FlowBuilder) => rows.map({ label: nullable(text), size: int32 }, () => ({ label: '', size: 0 }));
const columnsOf = (options: object): string => {
  const { columns } = planned((rows) => rows.select('label', 'id').joinOn(other(rows), { on: 'label', ...options }));
  return printSchema(columns);
};

describe('joinOn', () => {
  it('gives the keys once, and nulls where a side may be missing', () => {
    expect(columnsOf({})).toBe('label: text, id: int64, size: int32');
    expect(columnsOf({ how: 'left' })).toBe('label: text, id: int64, size: int32 or null');
    expect(columnsOf({ how: 'outer' })).toBe('label: text or null, id: int64 or null, size: int32 or null');
  });

  it('gives the whole right row as one record', () => {
    expect(columnsOf({ as: 'other' })).toBe('label: text, id: int64, other: record {label: text or null, size: int32}');
    expect(columnsOf({ as: 'other', how: 'left' })).toBe(
      'label: text, id: int64, other: record {label: text or null, size: int32} or null',
    );
  });

  it('makes its pairs from the left rows, unless it is outer', () => {
    const originOf = (how: string) => planned((rows) => rows.select('label').joinOn(other(rows), { on: 'label', how })).origin;
    expect(originOf('left')).toMatchObject({ name: 'rows of request', parent: { name: 'request' } });
    expect(originOf('outer')).toEqual({ name: 'pairs of request and request', parent: null });
  });

  it('has keys of one kind on both sides', () => {
    const numbers = (rows: FlowBuilder) => rows.map({ label: int32, id: text }, () => ({}));
    expect(mistake((rows) => rows.joinOn(numbers(rows), { on: ['label', 'id'] }))).toBe(
      '[COLUMN_MISMATCH] joinOn: key "label" is text on the left but int32 on the right',
    );
    expect(mistake((rows) => rows.joinOn(rows, { on: 'pixels', as: 'x' }))).toMatch('joinOn: column "pixels" is FP32 [3] but must be text');
    expect(mistake((rows) => rows.joinOn(other(rows), { on: 'score' }))).toMatch('joinOn: the other flow has no column "score"');
    expect(mistake((rows) => rows.joinOn(other(rows), {}))).toMatch(
      'joinOn: on must be the name of a key column, or several, but is undefined',
    );
  });

  it('has other columns of different names', () => {
    expect(mistake((rows) => rows.joinOn(rows, { on: 'label' }))).toBe(
      '[COLUMN_TAKEN] joinOn: both flows have a column "score"; select, rename, or use "as"',
    );
  });
});
