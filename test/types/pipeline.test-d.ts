import {
  type Bytes,
  batchStage,
  bytes,
  type Columns,
  type Float32,
  type Float64,
  type Flow,
  float32,
  type Int32,
  int32,
  type List,
  type Null,
  nullable,
  type Pipeline,
  pipeline,
  type RecordOf,
  type Row,
  type Stage,
  stage,
  type Text,
  tensor,
  text,
} from 'flowserve';
import type { Expect, Same } from './expect.ts';

type RowOut<P> = P extends Pipeline<Columns, infer O> ? Row<O> : never;
type RowIn<P> = P extends Pipeline<infer I, Columns> ? Row<I> : never;

// ---------- a user, without one annotation ----------
const decode = stage({
  name: 'decode',
  input: { image: bytes },
  output: { pixels: tensor('FP32', [3, 224, 224]) },
  async run({ image }) {
    return { pixels: { datatype: 'FP32', shape: [3, 224, 224], data: new Float32Array(image) } };
  },
});
const small = batchStage({
  name: 'small',
  input: { pixels: tensor('FP32', [-1, 224, 224]) },
  output: { label: text, confidence: float32 },
  maxBatch: 16,
  run: (rows) => rows.map(() => ({ label: 'cat', confidence: 1 })),
});
const large = stage({
  name: 'large',
  input: { pixels: tensor('FP32', [3, 224, 224]) },
  output: { label: text, confidence: float32 },
  run: () => ({ label: 'dog', confidence: 1 }),
});
const pick = stage({
  name: 'pick',
  input: { label: text, confidence: float32, betterLabel: nullable(text), betterConfidence: nullable(float32) },
  output: { label: text, confidence: float32 },
  run: (row) => ({ label: row.betterLabel ?? row.label, confidence: row.betterConfidence ?? row.confidence }),
});

export const cascade = pipeline(
  'cascade',
  { image: bytes },
  (images) => {
    const quick = images.map(decode).derive(small);
    const careful = quick
      .filter(['confidence'], ({ confidence }) => confidence < 0.85)
      .map(large)
      .rename({ label: 'betterLabel', confidence: 'betterConfidence' });
    return quick.join(careful, { how: 'left' }).map(pick);
  },
  { latencyTargetMs: 200, timeoutMs: 1000, warmUp: [{ image: new Uint8Array(1) }] },
);
export type Cascade = Expect<
  Same<typeof cascade, Pipeline<{ readonly image: Bytes }, { readonly label: Text; readonly confidence: Float32 }, 'request'>>
>;

export const ocr = pipeline('ocr', { photo: bytes, user: text }, (photos) => {
  const lines = photos.flatMap({ box: tensor('FP32', [4, 2]), crop: bytes, n: int32 }, function* ({ photo }) {
    yield { box: { datatype: 'FP32', shape: [4, 2], data: new Float32Array(8) }, crop: photo, n: 1 };
  });
  const read = lines.derive({ text, confidence: float32 }, async ({ crop }) => ({ text: String(crop.length), confidence: 0.5 }));
  const again = read.filter((row) => row.confidence < 0.5).map({ text, confidence: float32 }, (row) => ({ text: row.text, confidence: 1 }));
  const best = read.join(again, { how: 'left', as: 'second' }).map({ text, confidence: float32, n: int32 }, (row) => ({
    text: row.second?.text ?? row.text,
    confidence: row.second?.confidence ?? row.confidence,
    n: row.n,
  }));
  return best
    .gather(photos, (a) => ({
      lines: a.collect(['text', 'confidence'], { sortBy: 'n' }),
      texts: a.collect('text'),
      mean: a.avg('confidence'),
      count: a.count(),
    }))
    .select('lines', 'texts', 'mean', 'count');
});
export type Ocr = Expect<
  Same<
    typeof ocr,
    Pipeline<
      { readonly photo: Bytes; readonly user: Text },
      {
        readonly lines: List<RecordOf<{ readonly text: Text; readonly confidence: Float32 }>>;
        readonly texts: List<Text>;
        readonly mean: Float64 | Null;
        readonly count: Int32;
      },
      'request'
    >
  >
>;
export type OcrRow = Expect<
  Same<
    RowOut<typeof ocr>,
    {
      readonly lines: readonly { readonly text: string; readonly confidence: number }[];
      readonly texts: readonly string[];
      readonly mean: number | null;
      readonly count: number;
    }
  >
>;
export type OcrInput = Expect<Same<RowIn<typeof ocr>, { readonly photo: Uint8Array; readonly user: string }>>;

// ---------- every verb as the last call of a function without braces ----------
// There the compiler infers from what the function must return as well, and once lost the names of joined columns to it.
const input = { label: text, score: float32 } as const;
type Input = { readonly label: Text; readonly score: Float32 };
export const identity = pipeline('p', input, (rows) => rows);
export type Identity = Expect<Same<typeof identity, Pipeline<Input, Input, 'request'>>>;
export const joinedAs = pipeline('p', input, (rows) => rows.join(rows, { how: 'left', as: 'twin' }));
export type JoinedAs = Expect<Same<RowOut<typeof joinedAs>['twin'], Row<Input> | null>>;
export type JoinedAsColumns = Expect<Same<keyof (typeof joinedAs)['output'], 'label' | 'score' | 'twin'>>;
export const joined = pipeline('p', input, (rows) => rows.join(rows.rename({ label: 'a', score: 'b' }), { how: 'left' }));
export type Joined = Expect<
  Same<
    (typeof joined)['output'],
    Input & { readonly a: Text | Null; readonly b: Float32 | Null } extends infer C ? { readonly [K in keyof C]: C[K] } : never
  >
>;
export const renamed = pipeline('p', input, (rows) => rows.rename({ label: 'name' }));
export type Renamed = Expect<Same<(typeof renamed)['output'], { readonly name: Text; readonly score: Float32 }>>;
export const selected = pipeline('p', input, (rows) => rows.select('label'));
export type Selected = Expect<Same<(typeof selected)['output'], { readonly label: Text }>>;
export const filtered = pipeline('p', input, (rows) => rows.filter(['score'], ({ score }) => score > 1));
export type Filtered = Expect<Same<(typeof filtered)['output'], Input>>;
export const mapped = pipeline('p', input, (rows) => rows.map({ n: int32 }, () => ({ n: 1 })));
export type Mapped = Expect<Same<(typeof mapped)['output'], { readonly n: Int32 }>>;
export const derived = pipeline('p', input, (rows) => rows.derive({ n: int32 }, () => ({ n: 1 })));
export type Derived = Expect<Same<(typeof derived)['output'], { readonly label: Text; readonly score: Float32; readonly n: Int32 }>>;
export const expanded = pipeline('p', input, (rows) => rows.flatMap({ n: int32 }, () => [{ n: 1 }]));
export type Expanded = Expect<Same<(typeof expanded)['output'], { readonly n: Int32 }>>;
export const gathered = pipeline('p', input, (rows) =>
  rows.flatMap({ n: int32 }, () => [{ n: 1 }]).gather(rows, (a) => ({ all: a.collect('n'), one: a.collect(['n']) })),
);
export type Gathered = Expect<
  Same<
    (typeof gathered)['output'],
    { readonly label: Text; readonly score: Float32; readonly all: List<Int32>; readonly one: List<RecordOf<{ readonly n: Int32 }>> }
  >
>;

// A part of a pipeline as a function of its own, over any flow that has what it needs.
declare const upper: Stage<{ readonly label: Text }, { readonly upper: Text }>;
const shout = (rows: Flow<Input>) => rows.map(upper);
export const shouted = pipeline('p', input, shout);
export type Shouted = Expect<Same<(typeof shouted)['output'], { readonly upper: Text }>>;
pipeline('p', input, (rows) => shout(rows.filter(({ score }) => score > 1)));

// ---------- calls ----------
const options = { timeoutMs: 100, signal: new AbortController().signal };
export const answer = cascade.run([{ image: new Uint8Array(3) }], options).then(([first]) => first?.label.toUpperCase());
// @ts-expect-error a number is not bytes
cascade.run([{ image: 1 }]);
// @ts-expect-error no such column
cascade.run([{ img: new Uint8Array(3) }]);
// @ts-expect-error a column too many
cascade.run([{ image: new Uint8Array(3), extra: 1 }]);
// @ts-expect-error rows are an array
cascade.run({ image: new Uint8Array(3) });
// @ts-expect-error no such option
cascade.run([], { timeout: 100 });
// @ts-expect-error a number of milliseconds
cascade.run([], { timeoutMs: '100' });
// @ts-expect-error the first row may be missing
cascade.run([]).then(([first]) => first.label);
// @ts-expect-error no such column in the answer
cascade.run([]).then(([first]) => first?.labl);

// ---------- mistakes ----------
// @ts-expect-error pipeline: the build function must return a flow
pipeline('p', { a: text }, (rows) => {
  rows.map({ b: text }, () => ({ b: '' }));
});
// @ts-expect-error pipeline: the build function must return a flow
pipeline('p', { a: text }, async (rows) => rows);
// @ts-expect-error pipeline: the build function must return a flow
pipeline('p', { a: text }, () => ({ a: text }));
// @ts-expect-error 'text' is a string, not a column
pipeline('p', { a: 'text' }, (rows) => rows);
// @ts-expect-error no such option
pipeline('p', { a: text }, (rows) => rows, { timeout: 5 });
// @ts-expect-error a number of milliseconds
pipeline('p', { a: text }, (rows) => rows, { latencyTargetMs: '200' });
// @ts-expect-error rows of its input columns
pipeline('p', { a: text }, (rows) => rows, { warmUp: [{ a: 1 }] });
// @ts-expect-error build is missing
pipeline('p', { a: text });
// @ts-expect-error a name is a string
pipeline(1, { a: text }, (rows) => rows);
