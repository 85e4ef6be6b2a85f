import { describe, expect, it } from 'vitest';
import { mistake, planned } from '../../../test/support/plans.ts';
import { float32, nullable, text } from '../../schema/column.ts';
import type { FlowBuilder } from '../builder.ts';

const scored = (rows: FlowBuilder, ...names: readonly string[]) =>
  rows.map(Object.fromEntries(names.map((name) => [name, float32])), () => ({}));

describe('union', () => {
  it('makes rows from those that its flows stand for alike', () => {
    const { origin } = planned((rows) => scored(rows, 'a').union(scored(rows, 'a'), scored(rows, 'a')));
    expect(origin).toMatchObject({ name: 'rows of request', parent: { name: 'request' } });
  });

  it('makes rows of their own of flows that stand for different ones', () => {
    const { origin } = planned((rows) => scored(rows, 'a').union(rows.flatMap({ a: float32 }, () => [])));
    expect(origin).toEqual({ name: 'union of request and rows of request', parent: null });
  });

  it('has the columns of the first flow, which those of the others fit', () => {
    const maybe = (rows: FlowBuilder) => rows.map({ a: nullable(float32) }, () => ({}));
    expect(mistake((rows) => maybe(rows).union(scored(rows, 'a')))).toBe('accepted');
    expect(mistake((rows) => scored(rows, 'a').union(maybe(rows)))).toBe(
      '[COLUMN_MISMATCH] union: column "a" is float32 or null but must be float32',
    );
    expect(mistake((rows) => scored(rows, 'a', 'b').union(scored(rows, 'b')))).toMatch('union: the other flow has no column "a"');
    expect(mistake((rows) => scored(rows, 'a').union(scored(rows, 'b', 'a')))).toMatch('union: the other flow has the extra column "b"');
  });

  it('is of at least two flows', () => {
    expect(mistake((rows) => rows.union())).toMatch('union: give at least one other flow');
  });
});

describe('anyOf', () => {
  it('stands for the rows that all of its flows stand for', () => {
    expect(planned((rows) => rows.anyOf(rows.filter(() => true))).origin).toEqual({ name: 'request', parent: null });
    expect(mistake((rows) => rows.select('label').anyOf(rows.flatMap({ label: text }, () => [])))).toMatch(
      'anyOf: these flows have different rows (request and rows of request)',
    );
  });
});
