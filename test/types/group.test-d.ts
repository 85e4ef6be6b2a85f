import {
  type Bytes,
  type Float32,
  type Float64,
  float32,
  type Int32,
  type Int64,
  int32,
  type List,
  type Null,
  type Text,
  text,
} from 'flowserve';
import { type ColumnsOf, type Expect, flowOf, type OriginOf, type Same } from './expect.ts';

const rows = flowOf<{ readonly label: Text | Null; readonly score: Float32; readonly id: Int64 }>();
type Rows = ColumnsOf<typeof rows>;
const raw = flowOf<{ readonly raw: Bytes; readonly label: Text }>();

// ---------- aggregates of groups, and of all rows ----------
const totals = rows.groupBy('label').agg((a) => ({ n: a.count(), total: a.sum('score'), best: a.argMax('id', { by: 'score' }) }));
export type Totals = Expect<
  Same<ColumnsOf<typeof totals>, { readonly label: Text | Null; readonly n: Int32; readonly total: Float64; readonly best: Int64 | Null }>
>;
export type AggMakesAnOrigin = Expect<Same<OriginOf<typeof totals>, 'groups of request'>>;
const several = rows.groupBy('label', 'id').agg((a) => ({ labels: a.collect('label') }));
export type Several = Expect<
  Same<ColumnsOf<typeof several>, { readonly label: Text | Null; readonly id: Int64; readonly labels: List<Text> }>
>;
const distinct = rows.groupBy('id').agg(() => ({}));
export type Distinct = Expect<Same<ColumnsOf<typeof distinct>, { readonly id: Int64 }>>;
const all = rows.agg((a) => ({ n: a.count(), mean: a.avg('score') }));
export type All = Expect<Same<ColumnsOf<typeof all>, { readonly n: Int32; readonly mean: Float64 | Null }>>;
export type AllMakesAnOrigin = Expect<Same<OriginOf<typeof all>, 'groups of request'>>;
// The name of another column is free: only the keys stay.
rows.groupBy('label').agg((a) => ({ score: a.max('score') }));

// ---------- filter, map and combine ----------
const kept = rows
  .groupBy('label')
  .filter((group) => group.length > 1 && group.every(({ score }) => score > 0))
  .filter(['id'], ([first]) => first !== undefined && first.id > 1n)
  .combine();
export type Combine = Expect<Same<ColumnsOf<typeof kept>, Rows>>;
export type CombineKeepsOrigin = Expect<Same<OriginOf<typeof kept>, 'request'>>;
const ranked = rows.groupBy('label').map({ rank: int32, score: float32 }, (group) => group.map(({ score }, rank) => ({ rank, score })));
const ranks = ranked.combine();
export type GroupMap = Expect<
  Same<ColumnsOf<typeof ranks>, { readonly label: Text | Null; readonly rank: Int32; readonly score: Float32 }>
>;
export type GroupMapKeepsOrigin = Expect<Same<OriginOf<typeof ranks>, 'request'>>;
rows.groupBy('label').map({ rank: int32 }, async (group) => group.map((_, rank) => ({ rank })));
const last = ranked.agg((a) => ({ last: a.max('rank') }));
export type AggAfterMap = Expect<Same<ColumnsOf<typeof last>, { readonly label: Text | Null; readonly last: Int32 | Null }>>;
rows.join(ranks, { as: 'ranked' });

// ---------- mistakes ----------
// @ts-expect-error no such column
rows.groupBy('labl');
// @ts-expect-error names at least one column
rows.groupBy();
// @ts-expect-error groupBy: column "raw" is bytes but must be text, bool or a number
raw.groupBy('raw');
// @ts-expect-error groupBy: column "raw" is bytes but must be text, bool or a number
raw.groupBy('label', 'raw');
// @ts-expect-error groups are not a flow
rows.groupBy('label').select('label');
// @ts-expect-error agg: this flow already has a column "label"
rows.groupBy('label').agg((a) => ({ label: a.count() }));
// @ts-expect-error sum: column "label" is text or null but must be a number
rows.agg((a) => ({ n: a.sum('label') }));
// @ts-expect-error the number 3 is not an aggregate
rows.agg(() => ({ n: 3 }));
// @ts-expect-error a number is not a verdict
rows.groupBy('label').filter((group) => group.length);
// @ts-expect-error a promise is not a verdict
rows.groupBy('label').filter(async () => true);
// @ts-expect-error reads only what it names
rows.groupBy('label').filter(['score'], ([first]) => first?.label === 'x');
// @ts-expect-error map: column "label" is a key of the groups, which stays
rows.groupBy('label').map({ label: text }, (group) => group.map(() => ({ label: '' })));
// @ts-expect-error one row is not the rows of the group
rows.groupBy('label').map({ rank: int32 }, () => ({ rank: 1 }));
// @ts-expect-error groups make rows of their own
rows.join(totals, { as: 'totals' });
// @ts-expect-error gather: these rows were not made from the rows of that flow
totals.gather(rows, (a) => ({ n: a.count() }));
// @ts-expect-error a column that is no key is gone after map
ranked.agg((a) => ({ n: a.max('id') }));
