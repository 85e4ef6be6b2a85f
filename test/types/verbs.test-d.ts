import {
  bytes,
  expander,
  type Float32,
  float32,
  type Int32,
  type Int64,
  int32,
  int64,
  list,
  type Null,
  nullable,
  stage,
  type Text,
  tensor,
  text,
} from 'flowserve';
import { type ColumnsOf, type Expect, flowOf, type OriginOf, type Same } from './expect.ts';

const rows = flowOf<{ readonly label: Text; readonly score: Float32; readonly id: Int64 }>();
type Rows = ColumnsOf<typeof rows>;

// ---------- stages that fit ----------
const grade = stage({ name: 'grade', input: { score: float32 }, output: { grade: text }, run: ({ score }) => ({ grade: String(score) }) });
const mapped = rows.map(grade);
export type Map = Expect<Same<ColumnsOf<typeof mapped>, { readonly grade: Text }>>;
export type MapKeepsOrigin = Expect<Same<OriginOf<typeof mapped>, 'request'>>;

const derived = rows.derive(grade);
export type Derive = Expect<
  Same<ColumnsOf<typeof derived>, { readonly label: Text; readonly score: Float32; readonly id: Int64; readonly grade: Text }>
>;

const split = expander({
  name: 'split',
  input: { label: text },
  output: { letter: text },
  run: ({ label }) => [...label].map((letter) => ({ letter })),
});
const letters = rows.flatMap(split);
export type FlatMap = Expect<Same<ColumnsOf<typeof letters>, { readonly letter: Text }>>;
export type FlatMapMakesAnOrigin = Expect<Same<OriginOf<typeof letters>, 'rows of request'>>;
const strokes = letters.flatMap({ stroke: int32 }, () => [{ stroke: 1 }]);
export type FlatMapTwice = Expect<Same<OriginOf<typeof strokes>, 'rows of rows of request'>>;

// A fixed shape fits a dynamic one and a column that is there fits a nullable one, not the reverse.
const anyHeight = stage({
  name: 'h',
  input: { pixels: tensor('FP32', [3, -1, 8]) },
  output: { n: int32 },
  run: ({ pixels }) => ({ n: pixels.shape[1] }),
});
const fixed = stage({
  name: 'f',
  input: { pixels: tensor('FP32', [3, 8, 8]) },
  output: { n: int32 },
  run: ({ pixels }) => ({ n: pixels.data.length }),
});
const maybeLabel = stage({
  name: 'm',
  input: { label: nullable(text) },
  output: { n: int32 },
  run: ({ label }) => ({ n: label?.length ?? 0 }),
});
const eight = flowOf<{ readonly pixels: ReturnType<typeof eightByEight> }>();
declare const eightByEight: () => (typeof fixed)['input']['pixels'];
declare const anyByEight: () => (typeof anyHeight)['input']['pixels'];
eight.map(anyHeight);
eight.map(fixed);
rows.map(maybeLabel);
const tall = flowOf<{ readonly pixels: ReturnType<typeof anyByEight> }>();
// @ts-expect-error a dynamic shape does not fit a fixed one
tall.map(fixed);
// @ts-expect-error a nullable column does not fit one that is not
flowOf<{ readonly label: Text | Null }>().flatMap(split);

// ---------- stages that do not ----------
// @ts-expect-error map: this flow has no column "pixels"
rows.map(fixed);
// @ts-expect-error derive: this flow has no column "pixels"
rows.derive(fixed);
// @ts-expect-error flatMap: this flow has no column "label"
eight.flatMap(split);
// @ts-expect-error map: column "score" is int32 but must be float32
flowOf<{ readonly score: Int32 }>().map(grade);
// @ts-expect-error map: an expander goes into flatMap
rows.map(split);
// @ts-expect-error derive: an expander goes into flatMap
rows.derive(split);
// @ts-expect-error flatMap: a stage goes into map or derive
rows.flatMap(grade);
// @ts-expect-error derive: this flow already has a column "grade"
derived.derive(grade);
// @ts-expect-error map: give a stage, or output columns and a function
rows.map('grade');
// @ts-expect-error map: give a stage, or output columns and a function
rows.map({ label: text });

// ---------- functions in place ----------
const inPlace = rows.map({ upper: text, twice: float32 }, ({ label, score }) => ({ upper: label.toUpperCase(), twice: score * 2 }));
export type MapInPlace = Expect<Same<ColumnsOf<typeof inPlace>, { readonly upper: Text; readonly twice: Float32 }>>;
rows.map({ upper: text }, async ({ label }) => ({ upper: label }));
rows.map({ box: tensor('FP32', [4]) }, async () => ({ box: { datatype: 'FP32', shape: [4], data: new Float32Array(4) } }));
rows.map({ tags: list(text) }, ({ label }) => ({ tags: [label] }));
const added = rows.derive({ upper: text }, ({ label }) => ({ upper: label }));
export type DeriveInPlace = Expect<
  Same<ColumnsOf<typeof added>, { readonly label: Text; readonly score: Float32; readonly id: Int64; readonly upper: Text }>
>;
rows.flatMap({ n: int32 }, () => [{ n: 1 }]);
rows.flatMap({ n: int32 }, async () => [{ n: 1 }]);
rows.flatMap({ n: int32 }, function* () {
  yield { n: 1 };
});
rows.flatMap({ n: int32 }, async function* () {
  yield { n: 1 };
});
rows.flatMap({ n: int32 }, () => new Set([{ n: 1 }]));

// @ts-expect-error number is not assignable to string
rows.map({ upper: text }, ({ score }) => ({ upper: score }));
// @ts-expect-error number is not assignable to bigint
rows.map({ id: int64 }, ({ score }) => ({ id: score }));
// @ts-expect-error a tensor of another datatype
rows.map({ box: tensor('FP32', [4]) }, () => ({ box: { datatype: 'FP64', shape: [4], data: new Float64Array(4) } }));
// @ts-expect-error a tensor of another shape
rows.map({ box: tensor('FP32', [4]) }, () => ({ box: { datatype: 'FP32', shape: [5], data: new Float32Array(5) } }));
// @ts-expect-error a column is missing in what it returns
rows.map({ upper: text, twice: float32 }, ({ label }) => ({ upper: label }));
// @ts-expect-error null where the column is not nullable
rows.map({ upper: text }, () => ({ upper: null }));
// @ts-expect-error no such property
rows.map({ upper: text }, ({ labl }) => ({ upper: String(labl) }));
// @ts-expect-error 'text' is a string, not a column
rows.map({ upper: 'text' }, () => ({ upper: 'a' }));
// @ts-expect-error derive: this flow already has a column "label"
rows.derive({ label: text }, () => ({ label: 'a' }));
// @ts-expect-error one row is not many
rows.flatMap({ n: int32 }, () => ({ n: 1 }));
// @ts-expect-error many rows are not one
rows.map({ n: int32 }, () => [{ n: 1 }]);
rows.map({ label: text }, (row) => {
  // @ts-expect-error rows are readonly
  row.label = 'x';
  return row;
});

// ---------- filter ----------
const kept = rows.filter(({ score }) => score > 1).filter(['label', 'id'], ({ label, id }) => label !== '' && id > 1n);
export type Filter = Expect<Same<ColumnsOf<typeof kept>, Rows>>;
// @ts-expect-error a number is not a verdict
rows.filter(({ score }) => score);
// @ts-expect-error a promise is not a verdict
rows.filter(async ({ score }) => score > 1);
// @ts-expect-error a promise is not a verdict
rows.filter(['score'], async ({ score }) => score > 1);
// @ts-expect-error reads only what it names
rows.filter(['score'], ({ label }) => label === 'x');
// @ts-expect-error no such column
rows.filter(['scor'], () => true);
// @ts-expect-error names at least one column
rows.filter([], () => true);
// @ts-expect-error an array of names
rows.filter('score', () => true);

// ---------- select ----------
const selected = rows.select('id', 'label');
export type Select = Expect<Same<ColumnsOf<typeof selected>, { readonly label: Text; readonly id: Int64 }>>;
// @ts-expect-error no such column
rows.select('labl');
// @ts-expect-error names at least one column
rows.select();
// @ts-expect-error a column is gone after select
selected.filter(({ score }) => score > 1);

// ---------- the context of a function in place ----------
rows.map({ label: text }, async ({ label }, { signal, deadlineMs }) => ({ label: `${label} ${signal.aborted} ${deadlineMs}` }));
rows.derive({ late: text }, (_, { deadlineMs }) => ({ late: String(deadlineMs) }));
rows.flatMap({ label: text }, function* ({ label }, { signal }) {
  if (!signal.aborted) yield { label };
});
// @ts-expect-error it has no state: nothing set it up
rows.map({ label: text }, (_, { state }) => ({ label: state.label }));

// ---------- rename ----------
const renamed = rows.rename({ label: 'name', score: 'sure' });
export type Rename = Expect<Same<ColumnsOf<typeof renamed>, { readonly name: Text; readonly sure: Float32; readonly id: Int64 }>>;
const swapped = rows.rename({ label: 'score', score: 'label' });
export type RenameSwaps = Expect<Same<ColumnsOf<typeof swapped>, { readonly score: Text; readonly label: Float32; readonly id: Int64 }>>;
const unchanged = rows.rename({});
export type RenameNothing = Expect<Same<ColumnsOf<typeof unchanged>, Rows>>;
// @ts-expect-error no such column
rows.rename({ labl: 'name' });
// @ts-expect-error a new name is a string
rows.rename({ label: 1 });
// @ts-expect-error rename: two columns would be named "score"
rows.rename({ label: 'score' });
// @ts-expect-error rename: two columns would be named "x"
rows.rename({ label: 'x', score: 'x' });

// ---------- values ----------
rows.map({ raw: bytes }, ({ label }) => ({ raw: new TextEncoder().encode(label) }));
// @ts-expect-error an array of numbers is not bytes
rows.map({ raw: bytes }, () => ({ raw: [1, 2] }));
