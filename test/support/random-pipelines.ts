import fc from 'fast-check';
import type { LogicalPlan } from '../../src/plan/node.ts';
import { planOf } from '../../src/plan/program.ts';
import type { AnyRow } from '../../src/schema/column.ts';
import { freeze } from '../../src/schema/freeze.ts';
import { cook, type Recipe, type Step } from './recipes.mjs';

/** How often each verb comes up: more often where it does more, or does not always apply. */
const weights: Readonly<Record<Step['verb'], number>> = {
  map: 1,
  derive: 2,
  flatMap: 2,
  filter: 2,
  select: 1,
  rename: 1,
  join: 2,
  gather: 2,
  agg: 1,
  groupFilter: 1,
  groupMap: 1,
  lookup: 2,
  joinOn: 1,
  union: 2,
  anyOf: 1,
  extend: 1,
};
const verb = fc.constantFrom(
  ...Object.entries(weights).flatMap(([name, weight]) => Array<Step['verb']>(weight).fill(name as Step['verb'])),
);
const source = fc.oneof(fc.nat(2), fc.nat(20));
const step = (place: fc.Arbitrary<Step['place']>): fc.Arbitrary<Step> =>
  fc.record({ verb, source, other: fc.nat(20), form: fc.nat(63), seed: fc.nat(63), place });
/** A recipe of up to nine steps. */
export const recipe = (place: fc.Arbitrary<Step['place']> = fc.constant(null)): fc.Arbitrary<Recipe> =>
  fc.record({ steps: fc.array(step(place), { maxLength: 9, size: 'max' }), poison: fc.constant(null) });
/** The same, where stages may be raced. */
export const racedRecipe = (place?: fc.Arbitrary<Step['place']>): fc.Arbitrary<Recipe> =>
  recipe(place).map((made) => ({ ...made, isRaced: true }));

const row: fc.Arbitrary<AnyRow> = fc.record(
  {
    id: fc.integer({ min: -5, max: 5 }),
    word: fc.option(fc.string({ maxLength: 4 })),
    score: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double()),
    raw: fc.uint8Array({ maxLength: 9 }),
    pixels: fc
      .array(fc.float(), { maxLength: 3 })
      .map((half) => ({ datatype: 'FP32', shape: [half.length, 2], data: Float32Array.from([...half, ...half]) })),
  },
  { noNullPrototype: true },
);
/** The rows of a request, frozen, so that a stage that changes them fails. */
export const rows = fc.array(row, { maxLength: 7 }).map(freeze);
export const requests = fc.array(rows, { minLength: 2, maxLength: 6 });

export function planFor(made: Recipe, onCall?: (stage: string, rows: readonly object[]) => void): LogicalPlan {
  const plan = planOf(cook(made, onCall));
  if (plan === undefined) throw new TypeError('cook makes pipelines');
  return plan;
}

/** How many rows each stage was called with. */
export class RowCount {
  readonly #rows = new Map<string, number>();
  readonly empty: string[] = [];

  readonly count = (stage: string, given: readonly object[]): void => {
    if (given.length === 0) this.empty.push(stage);
    this.#rows.set(stage, (this.#rows.get(stage) ?? 0) + given.length);
  };

  get rows(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#rows].sort());
  }
}
