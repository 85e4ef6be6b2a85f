import { type Float32, float32, type Null, type RecordOf, type Row, stage, type Text, text } from 'flowserve';
import { type ColumnsOf, type Expect, flowOf, type Same } from './expect.ts';

const rows = flowOf<{ readonly label: Text; readonly score: Float32 }>();
const other = rows.map({ better: text }, ({ label }) => ({ better: label }));

// ---------- side by side ----------
const inner = rows.join(other);
const alsoInner = rows.join(other, { how: 'inner' });
const left = rows.join(other, { how: 'left' });
const outer = rows.join(other, { how: 'outer' });
export type Inner = Expect<Same<ColumnsOf<typeof inner>, { readonly label: Text; readonly score: Float32; readonly better: Text }>>;
export type AlsoInner = Expect<Same<typeof alsoInner, typeof inner>>;
export type Left = Expect<Same<ColumnsOf<typeof left>, { readonly label: Text; readonly score: Float32; readonly better: Text | Null }>>;
export type Outer = Expect<
  Same<ColumnsOf<typeof outer>, { readonly label: Text | Null; readonly score: Float32 | Null; readonly better: Text | Null }>
>;

// What a program chooses between may be null.
declare const howEver: 'inner' | 'left';
declare const anyHow: 'inner' | 'left' | 'outer';
const chosen = rows.join(other, { how: howEver });
export type Chosen = Expect<Same<ColumnsOf<typeof chosen>, ColumnsOf<typeof left>>>;
const anything = rows.join(other, { how: anyHow });
export type Anything = Expect<Same<ColumnsOf<typeof anything>, ColumnsOf<typeof outer>>>;

// exactOptionalPropertyTypes: an option may be spelled out as undefined.
const spelled = rows.join(other, { how: undefined, as: undefined });
export type Spelled = Expect<Same<typeof spelled, typeof inner>>;

// ---------- as one record ----------
const asInner = rows.join(other, { as: 'second' });
const asLeft = rows.join(rows, { how: 'left', as: 'second' });
const asOuter = rows.join(rows, { how: 'outer', as: 'second' });
type Second = RecordOf<{ readonly label: Text; readonly score: Float32 }>;
export type AsInner = Expect<
  Same<ColumnsOf<typeof asInner>, { readonly label: Text; readonly score: Float32; readonly second: RecordOf<{ readonly better: Text }> }>
>;
export type AsLeft = Expect<
  Same<ColumnsOf<typeof asLeft>, { readonly label: Text; readonly score: Float32; readonly second: Second | Null }>
>;
export type AsOuter = Expect<
  Same<ColumnsOf<typeof asOuter>, { readonly label: Text | Null; readonly score: Float32 | Null; readonly second: Second | Null }>
>;
export type AsRow = Expect<Same<Row<ColumnsOf<typeof asLeft>>['second'], { readonly label: string; readonly score: number } | null>>;

// One check narrows the whole record.
asLeft.map({ sure: float32, label: text }, ({ score, label, second }) =>
  second === null ? { sure: score, label } : { sure: second.score, label: second.label },
);
// @ts-expect-error the record may be null
asLeft.map({ sure: float32 }, ({ second }) => ({ sure: second.score }));
// @ts-expect-error a joined column may be null
left.map({ length: float32 }, ({ better }) => ({ length: better.length }));

// ---------- mistakes ----------
const words = rows.flatMap({ word: text }, ({ label }) => [{ word: label }]);
// @ts-expect-error join: both flows have a column "label"
rows.join(rows.select('label'));
// @ts-expect-error join: this flow already has a column "label"
rows.join(other, { as: 'label' });
// @ts-expect-error join: these flows have different rows
rows.join(words);
// @ts-expect-error join: these flows have different rows
words.join(rows, { as: 'row' });
// @ts-expect-error no such kind of join
rows.join(other, { how: 'right' });
// @ts-expect-error no such option
rows.join(other, { kind: 'left' });
// @ts-expect-error joinOn comes later
rows.join(other, { on: 'label' });
// @ts-expect-error a name is a string
rows.join(other, { as: 1 });
// @ts-expect-error a stage is not a flow
rows.join(stage({ name: 's', input: { label: text }, output: { x: text }, run: () => ({ x: '' }) }));
// @ts-expect-error nothing to join
rows.join();

// A row joined with what its own words were gathered into.
const gathered = words.gather(rows, (a) => ({ words: a.count() })).select('words');
rows.join(gathered);
words.join(words.rename({ word: 'again' }));
