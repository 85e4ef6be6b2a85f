import { type Int32, int32, type Null, nullable, type Pipeline, pipeline, type Text, text } from 'flowserve';
import { type ColumnsOf, type Expect, flowOf, type OriginOf, type Same } from './expect.ts';

const rows = flowOf<{ readonly label: Text; readonly size: Int32 }>();
const upper = pipeline('upper', { label: text }, (labels) => labels.derive({ upper: text }, ({ label }) => ({ upper: label })));
const letters = pipeline('letters', { label: nullable(text) }, (labels) => labels.flatMap({ letter: text }, () => []));
const counted = pipeline('counted', { label: text }, (labels) => labels.groupBy('label').agg((a) => ({ n: a.count() })));

// ---------- columns, and what rows stand for ----------
const extended = rows.extend(upper);
export type Extend = Expect<Same<ColumnsOf<typeof extended>, { readonly label: Text; readonly upper: Text }>>;
export type ExtendKeepsOrigin = Expect<Same<OriginOf<typeof extended>, 'request'>>;
rows.join(extended, { as: 'extended' });
const parts = rows.extend(letters);
export type ExtendByFlatMap = Expect<Same<OriginOf<typeof parts>, 'rows of request'>>;
parts.gather(rows, (a) => ({ letters: a.collect('letter') }));
const nested = rows.flatMap({ label: text }, () => []).extend(letters);
export type ExtendBelow = Expect<Same<OriginOf<typeof nested>, 'rows of rows of request'>>;
const groups = nested.map({ label: text }, ({ letter }) => ({ label: letter })).extend(counted);
export type ExtendByGroups = Expect<Same<OriginOf<typeof groups>, 'groups of rows of rows of request'>>;
declare const unknownOrigin: Pipeline<{ readonly label: Text }, { readonly n: Int32 }>;
const unsaid = rows.extend(unknownOrigin);
export type ExtendByUnsaid = Expect<Same<OriginOf<typeof unsaid>, string>>;
export const outer = pipeline('outer', { label: text, tag: text }, (all) => all.extend(upper));
export type Outer = Expect<
  Same<typeof outer, Pipeline<{ readonly label: Text; readonly tag: Text }, { readonly label: Text; readonly upper: Text }, 'request'>>
>;

// ---------- mistakes ----------
// @ts-expect-error extend: this flow has no column "label"
rows.select('size').extend(upper);
// @ts-expect-error extend: column "label" is text or null but must be text
flowOf<{ readonly label: Text | Null }>().extend(upper);
// @ts-expect-error extend: column "label" is int32 but must be text
flowOf<{ readonly label: Int32 }>().extend(upper);
// @ts-expect-error not a pipeline
rows.extend({ label: int32 });
// @ts-expect-error join: these flows have different rows
rows.join(parts);
