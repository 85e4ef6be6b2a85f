import { describe, expect, it } from 'vitest';
import { mistake, planned } from '../../../test/support/plans.ts';
import { printPlan } from '../../plan/print.ts';
import { storesOf } from '../../plan/traverse.ts';
import { float64, text } from '../../schema/column.ts';
import { printSchema } from '../../schema/fit.ts';
import { store } from '../../store.ts';

const prices = store('prices', { key: text, value: float64 });

describe('lookup', () => {
  it('adds the value, which may be null where the key may be missing', () => {
    const plan = planned((rows) => rows.select('label').lookup(prices, { key: 'label', as: 'price', missing: 'null' }));
    expect(printPlan(plan)).toMatchInlineSnapshot(`
      "Lookup price in prices by label or null
        Select label
          Input words [label: text, score: float32 or null, id: int64, pixels: FP32 [3]]"
    `);
    expect(printSchema(plan.columns)).toBe('label: text, price: float64 or null');
    expect(printSchema(planned((rows) => rows.select('label').lookup(prices, { key: 'label', as: 'price' })).columns)).toBe(
      'label: text, price: float64',
    );
  });

  it('may look into one store twice, but not into two of one name', () => {
    const twice = planned((rows) => rows.lookup(prices, { key: 'label', as: 'a' }).lookup(prices, { key: 'label', as: 'b' }));
    expect([...storesOf(twice).keys()]).toEqual(['prices']);
    const other = store('prices', { key: text, value: float64 });
    expect(mistake((rows) => rows.lookup(prices, { key: 'label', as: 'a' }).lookup(other, { key: 'label', as: 'b' }))).toBe(
      '[STORE_NAME_TAKEN] two different stores of this pipeline are named "prices"',
    );
  });

  it('has a key of the type of the store, without nulls', () => {
    expect(mistake((rows) => rows.lookup(prices, { key: 'id', as: 'price' }))).toMatch('lookup: column "id" is int64 but must be text');
    const scores = store('scores', { key: float64, value: text });
    expect(mistake((rows) => rows.lookup(scores, { key: 'score', as: 'x' }))).toMatch(
      'column "score" is float32 or null but must be float64',
    );
  });

  it('has a store and options', () => {
    expect(mistake((rows) => rows.lookup({ name: 'prices' }, { key: 'label', as: 'price' }))).toMatch(
      'lookup: the first argument must be a store but is an object',
    );
    expect(mistake((rows) => rows.lookup(prices, undefined))).toMatch('lookup: give the name of a column, not undefined');
    expect(mistake((rows) => rows.lookup(prices, { key: 'label' }))).toMatch('lookup: as: give the name of a column, not undefined');
    expect(mistake((rows) => rows.lookup(prices, { key: 'label', as: 'score' }))).toMatch('lookup: this flow already has a column "score"');
    expect(mistake((rows) => rows.lookup(prices, { key: 'label', as: 'price', missing: 'skip' }))).toMatch(
      'missing must be "error" or "null" but is "skip"',
    );
  });
});
