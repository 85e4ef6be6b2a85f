import type { Bytes, Float32, Float64, Flow, Int32, Null, RecordOf, Text } from 'flowserve';
import { type ColumnsOf, type Expect, flowOf, type OriginOf, type Same } from './expect.ts';

const rows = flowOf<{ readonly label: Text; readonly place: Int32; readonly score: Float32 }>();
const tags = flowOf<{ readonly label: Text | Null; readonly place: Int32; readonly tag: Text }>();
declare const letters: Flow<{ readonly label: Text; readonly letter: Text }, 'rows of request'>;
type Other = ColumnsOf<typeof tags>;

// ---------- what stands in a pair ----------
const inner = rows.joinOn(letters, { on: 'label' });
export type Inner = Expect<
  Same<ColumnsOf<typeof inner>, { readonly label: Text; readonly place: Int32; readonly score: Float32; readonly letter: Text }>
>;
export type InnerIsMadeFromTheLeft = Expect<Same<OriginOf<typeof inner>, 'rows of request'>>;
const left = rows.joinOn(tags, { on: ['label', 'place'], how: 'left' });
export type Left = Expect<
  Same<ColumnsOf<typeof left>, { readonly label: Text; readonly place: Int32; readonly score: Float32; readonly tag: Text | Null }>
>;
const outer = rows.joinOn(tags, { on: ['label', 'place'], how: 'outer' });
export type Outer = Expect<
  Same<
    ColumnsOf<typeof outer>,
    { readonly label: Text | Null; readonly place: Int32; readonly score: Float32 | Null; readonly tag: Text | Null }
  >
>;
const apart = letters.joinOn(rows, { on: 'label', how: 'outer' });
export type OuterMakesAnOrigin = Expect<Same<OriginOf<typeof apart>, 'pairs of rows of request and request'>>;
const as = rows.joinOn(tags, { on: 'label', as: 'tagged', how: 'left' });
export type As = Expect<
  Same<
    ColumnsOf<typeof as>,
    { readonly label: Text; readonly place: Int32; readonly score: Float32; readonly tagged: RecordOf<Other> | Null }
  >
>;
const outerAs = rows.joinOn(tags, { on: 'place', as: 'tagged', how: 'outer' });
export type OuterAs = Expect<
  Same<
    ColumnsOf<typeof outerAs>,
    { readonly label: Text | Null; readonly place: Int32; readonly score: Float32 | Null; readonly tagged: RecordOf<Other> | Null }
  >
>;
const self = rows.joinOn(rows, { on: 'label', as: 'twin' });
export type Self = Expect<Same<ColumnsOf<typeof self>['twin'], RecordOf<ColumnsOf<typeof rows>>>>;
// A pair can be gathered to its left row.
inner.gather(rows, (a) => ({ letters: a.collect('letter') }));

// ---------- mistakes ----------
// @ts-expect-error no such column
rows.joinOn(letters, { on: 'labl' });
// @ts-expect-error joinOn: the other flow has no column "place"
rows.joinOn(letters, { on: 'place' });
// @ts-expect-error joinOn: the other flow has no column "place"
rows.joinOn(letters, { on: ['label', 'place'] });
// @ts-expect-error joinOn: key "score" is float32 on the left but float64 on the right
rows.joinOn(flowOf<{ readonly score: Float64 }>(), { on: 'score' });
// @ts-expect-error joinOn: column "raw" is bytes but must be text, bool or a number
flowOf<{ readonly raw: Bytes }>().joinOn(flowOf<{ readonly raw: Bytes }>(), { on: 'raw' });
// @ts-expect-error joinOn: both flows have a column "place"; select, rename, or use "as"
rows.joinOn(tags, { on: 'label' });
// @ts-expect-error joinOn: this flow already has a column "score"
rows.joinOn(tags, { on: 'label', as: 'score' });
// @ts-expect-error no such kind of join
rows.joinOn(letters, { on: 'label', how: 'right' });
// @ts-expect-error names at least one column
rows.joinOn(letters, { on: [] });
// @ts-expect-error by which column
rows.joinOn(letters, {});
// @ts-expect-error gather: these rows were not made from the rows of that flow
apart.gather(letters, (a) => ({ n: a.count() }));
