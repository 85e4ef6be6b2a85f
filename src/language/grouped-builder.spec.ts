import { describe, expect, it } from 'vitest';
import { mistake, planned } from '../../test/support/plans.ts';
import { printPlan } from '../plan/print.ts';
import { stagesOf } from '../plan/traverse.ts';
import { int32 } from '../schema/column.ts';
import { printSchema } from '../schema/fit.ts';

interface Counting {
  count(): unknown;
}
const count = (a: Counting) => ({ n: a.count() });
const ranks = [{ rank: int32 }, (rows: readonly object[]) => rows.map((_, rank) => ({ rank }))] as const;

describe('groupBy', () => {
  it('is no step of the plan: its keys stand in what goes on from it', () => {
    expect(printPlan(planned((rows) => rows.groupBy('label', 'score').agg(count)))).toMatchInlineSnapshot(`
      "Agg by label, score n = count()
        Input words [label: text, score: float32 or null, id: int64, pixels: FP32 [3]]"
    `);
  });

  it('is filtered, mapped and combined again, by the same keys', () => {
    const plan = planned((rows) =>
      rows
        .groupBy('label')
        .filter(() => true)
        .filter(['id'], () => true)
        .map(...ranks)
        .combine(),
    );
    expect(printPlan(plan)).toMatchInlineSnapshot(`
      "Map groupMap#1 of groups by label [label: text, rank: int32]
        Filter groupFilter#2 of groups by label reads id
          Filter groupFilter#1 of groups by label reads all columns
            Input words [label: text, score: float32 or null, id: int64, pixels: FP32 [3]]"
    `);
    expect([...stagesOf(plan).values()].map(({ input }) => Object.keys(input).length)).toEqual([4, 1, 4]);
  });

  it('is the flow itself when it is combined at once', () => {
    expect(planned((rows) => rows.groupBy('label').combine()).op).toBe('input');
  });

  it('may be gone on from twice', () => {
    const plan = planned((rows) => {
      const grouped = rows.groupBy('label');
      return grouped.agg(count).joinOn(grouped.map(...ranks).combine(), { on: 'label' });
    });
    expect(printSchema(plan.columns)).toBe('label: text, n: int32, rank: int32');
  });

  it('is a loose end where nobody goes on from it', () => {
    const build = (rows: Parameters<Parameters<typeof planned>[0]>[0]) => {
      rows.groupBy('label', 'id');
      return rows;
    };
    expect(mistake(build)).toBe('[LOOSE_END] pipeline "words": nothing goes on from the groups by label, id');
    const filtered = (rows: Parameters<typeof build>[0]) => {
      rows.groupBy('label').filter(() => true);
      return rows;
    };
    expect(mistake(filtered)).toMatch(/^\[LOOSE_END\] .*"Filter groupFilter#1 of groups by label/);
  });

  it('is not a flow', () => {
    expect(mistake((rows) => rows.groupBy('label'))).toMatch('must return a flow but returned a GroupedBuilder');
  });

  it('has keys that can be compared', () => {
    expect(mistake((rows) => rows.groupBy('pixels').agg(count))).toBe(
      '[COLUMN_MISMATCH] groupBy: column "pixels" is FP32 [3] but must be text, bool or a number',
    );
    expect(mistake((rows) => rows.groupBy().agg(count))).toMatch('groupBy: name at least one column');
    expect(mistake((rows) => rows.groupBy('label', 'label').agg(count))).toMatch('column "label" is named twice');
  });
});

describe('agg', () => {
  it('is of all rows where there are no keys, and of rows of its own', () => {
    const plan = planned((rows) => rows.agg(count));
    expect([printSchema(plan.columns), plan.origin]).toEqual(['n: int32', { name: 'groups of request', parent: null }]);
  });

  it('gives each key once where it has no aggregates', () => {
    expect(printSchema(planned((rows) => rows.groupBy('id', 'label').agg(() => ({}))).columns)).toBe('id: int64, label: text');
  });

  it('gives no column the name of a key, but that of another column', () => {
    const named = (name: string) => (a: Counting) => ({ [name]: a.count() });
    expect(mistake((rows) => rows.groupBy('label').agg(named('label')))).toBe('[COLUMN_TAKEN] agg: this flow already has a column "label"');
    expect(mistake((rows) => rows.groupBy('label').agg(named('score')))).toBe('accepted');
  });
});

describe('map of groups', () => {
  it('leaves the keys alone', () => {
    expect(mistake((rows) => rows.groupBy('label').map({ label: int32 }, () => []))).toBe(
      '[COLUMN_TAKEN] map: column "label" is a key of the groups, which stays',
    );
  });

  it('has a function', () => {
    expect(mistake((rows) => rows.groupBy('label').map({ rank: int32 }))).toMatch(
      'map: the second argument must be a function but is undefined',
    );
  });
});
