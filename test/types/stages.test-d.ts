import {
  batchStage,
  bytes,
  type Expander,
  expander,
  type Float32,
  float32,
  int32,
  json,
  list,
  nullable,
  type RecordOf,
  type Row,
  record,
  type Stage,
  stage,
  type Tensor,
  type Text,
  tensor,
  text,
} from 'flowserve';
import { onnx } from 'flowserve/onnx';
import { python } from 'flowserve/python';
import { remote } from 'flowserve/remote';
import type { Expect, Same } from './expect.ts';

// ---------- columns and rows ----------
const columns = {
  name: text,
  raw: bytes,
  scores: list(float32),
  maybe: nullable(text),
  best: record({ label: text, score: nullable(float32) }),
};
type Values = Row<typeof columns>;
export type RowOfColumns = Expect<
  Same<
    Values,
    {
      readonly name: string;
      readonly raw: Uint8Array;
      readonly scores: readonly number[];
      readonly maybe: string | null;
      readonly best: { readonly label: string; readonly score: number | null };
    }
  >
>;
export type RecordColumn = Expect<
  Same<(typeof columns)['best'], RecordOf<{ readonly label: Text; readonly score: ReturnType<typeof maybeScore> }>>
>;
declare const maybeScore: () => ReturnType<typeof nullable<Float32>>;
const dynamic = tensor('FP32', [-1, 3]);
export type DynamicTensor = Expect<Same<(typeof dynamic)['~value'], Tensor<'FP32', readonly [number, 3]>>>;
declare const tagsSchema: Parameters<typeof json<string[]>>[0];
const tags = json(tagsSchema);
export type JsonValue = Expect<Same<(typeof tags)['~value'], string[]>>;

// @ts-expect-error no such datatype
tensor('FLOAT', [3]);
// @ts-expect-error a shape is an array of numbers
tensor('FP32', '3');
// @ts-expect-error a list is of a column
list('text');
// @ts-expect-error a field is a column
record({ a: 'text' });
// @ts-expect-error only a column can be nullable
nullable(null);
// @ts-expect-error not a Standard Schema
json({ type: 'object' });

// ---------- stages ----------
const decode = stage({
  name: 'decode',
  input: { image: bytes },
  output: { pixels: tensor('FP32', [3, 8, 8]) },
  async run({ image }) {
    return { pixels: { datatype: 'FP32', shape: [3, 8, 8], data: new Float32Array(image) } };
  },
});
export type Decode = Expect<
  Same<typeof decode, Stage<{ readonly image: typeof bytes }, { readonly pixels: (typeof decode)['output']['pixels'] }>>
>;

// The state is what setup returns, awaited.
const classify = batchStage({
  name: 'classify',
  input: { pixels: tensor('FP32', [3, -1, -1]) },
  output: { label: text, confidence: float32 },
  maxBatch: 16,
  timeoutMs: 100,
  runsOn: 'thread',
  effects: false,
  setup: async ({ index }) => ({ score: (pixels: Float32Array) => pixels.length + index }),
  teardown: ({ score }) => void score,
  run: (images, { state, deadlineMs }) => images.map(({ pixels }) => ({ label: String(deadlineMs), confidence: state.score(pixels.data) })),
});
export type Classify = Expect<Same<(typeof classify)['output'], { readonly label: Text; readonly confidence: Float32 }>>;
const crops = expander({
  name: 'crops',
  input: { image: bytes },
  output: { crop: bytes },
  setup: () => 3,
  *run({ image }, { state }) {
    for (let i = 0; i < state; i++) yield { crop: image };
  },
});
export type Crops = Expect<Same<typeof crops, Expander<{ readonly image: typeof bytes }, { readonly crop: typeof bytes }>>>;
stage({
  name: 's',
  input: { a: text },
  output: { b: text },
  maxBatch: undefined,
  setup: undefined,
  runsOn: undefined,
  run: ({ a }, { state }) => ({ b: a + String(state satisfies undefined) }),
});

const io = { name: 's', input: { a: text }, output: { b: text } } as const;
// @ts-expect-error run is missing
stage(io);
// @ts-expect-error a column is missing in what it returns
stage({ ...io, run: () => ({}) });
// @ts-expect-error a column of another type
stage({ ...io, run: () => ({ b: 1 }) });
// @ts-expect-error a column that is not in the input
stage({ ...io, run: ({ b }) => ({ b: String(b) }) });
stage({
  ...io,
  run: (row) => {
    // @ts-expect-error rows are readonly
    row.a = 'x';
    return { b: row.a };
  },
});
stage({
  ...io,
  // @ts-expect-error a generator is for expander
  *run() {
    yield { b: '' };
  },
});
// @ts-expect-error several rows are for batchStage
stage({ ...io, run: () => [{ b: '' }] });
// @ts-expect-error one row is for stage
batchStage({ ...io, run: () => ({ b: '' }) });
// @ts-expect-error one row is for stage
expander({ ...io, run: () => ({ b: '' }) });
// @ts-expect-error the loop or a thread
stage({ ...io, runsOn: 'gpu', run: () => ({ b: '' }) });
// @ts-expect-error a number of rows
stage({ ...io, maxBatch: '16', run: () => ({ b: '' }) });
// @ts-expect-error a number of milliseconds
stage({ ...io, timeoutMs: '1s', run: () => ({ b: '' }) });
// @ts-expect-error true or false
stage({ ...io, effects: 'none', run: () => ({ b: '' }) });
// @ts-expect-error no such option
stage({ ...io, maxbatch: 16, run: () => ({ b: '' }) });
// @ts-expect-error the state is a number
stage({ ...io, setup: () => 3, run: (_, { state }) => ({ b: state.toUpperCase() }) });
// @ts-expect-error teardown is given what setup returned
stage({ ...io, setup: () => 3, teardown: (state: string) => void state, run: () => ({ b: '' }) });
// @ts-expect-error a name is a string
stage({ ...io, name: 1, run: () => ({ b: '' }) });
// @ts-expect-error a column is made by text, bytes, …
stage({ ...io, input: { a: String }, run: () => ({ b: '' }) });

// ---------- models ----------
const model = onnx({
  name: 'model',
  model: new URL('./model.onnx', import.meta.url),
  inputs: { pixels: tensor('FP32', [3, -1, -1]) },
  outputs: { scores: tensor('FP32', [10]) },
  tensors: { pixels: 'x', scores: 'softmax' },
  threads: 2,
  maxBatch: 8,
});
export type Model = Expect<Same<(typeof model)['output'], { readonly scores: ReturnType<typeof tenScores> }>>;
declare const tenScores: () => ReturnType<typeof tensor<'FP32', readonly [10]>>;
const tensors = { name: 'm', model: './m.onnx', inputs: { x: tensor('FP32', [3]) }, outputs: { y: tensor('FP32', [3]) } } as const;
onnx(tensors);
// @ts-expect-error a model gives tensors
onnx({ ...tensors, outputs: { label: text } });
// @ts-expect-error a model reads tensors
onnx({ ...tensors, inputs: { n: int32 } });
// @ts-expect-error a tensor that may be missing cannot be fed
onnx({ ...tensors, inputs: { x: nullable(tensor('FP32', [3])) } });
// @ts-expect-error no such column
onnx({ ...tensors, tensors: { z: 'input' } });
// @ts-expect-error a number of threads
onnx({ ...tensors, threads: '2' });
// @ts-expect-error a path or a URL
onnx({ ...tensors, model: new Uint8Array(3) });
// @ts-expect-error a model has no setup
onnx({ ...tensors, setup: () => 3 });

// ---------- functions in Python ----------
const inPython = python({
  name: 'language',
  module: new URL('./lang.py', import.meta.url),
  function: 'detect',
  setup: 'load',
  input: { text, size: nullable(int32) },
  output: { language: text, score: float32 },
  interpreter: '.venv/bin/python',
  replicas: 2,
  memoryLimitMb: 512,
  env: { OMP_NUM_THREADS: '1' },
  maxBatch: 8,
});
export type InPython = Expect<Same<(typeof inPython)['output'], { readonly language: typeof text; readonly score: typeof float32 }>>;
const language = { name: 'l', module: 'lang', function: 'detect', input: { text }, output: { language: text } } as const;
python(language);
// @ts-expect-error a name, not a function
python({ ...language, function: () => ({ language: 'en' }) });
// @ts-expect-error the name of a function in the module
python({ ...language, setup: () => 3 });
// @ts-expect-error a process is on no thread
python({ ...language, runsOn: 'thread' });
// @ts-expect-error environments hold strings
python({ ...language, env: { THREADS: 1 } });
// @ts-expect-error columns
python({ ...language, output: { language: 'text' } });
// ---------- models of other servers ----------
const distant = remote({
  name: 'distant',
  url: 'http://triton:8000',
  model: 'net',
  version: 2,
  input: { caption: text, pixels: tensor('FP32', [3, -1, -1]) },
  output: { scores: tensor('FP32', [10]), note: nullable(text) },
  tensors: { pixels: 'x', scores: 'softmax' },
  connections: 4,
  headers: { authorization: 'Bearer x' },
});
export type DistantInput = Expect<Same<Row<(typeof distant)['input']>['caption'], string>>;
export type DistantOutput = Expect<Same<Row<(typeof distant)['output']>['note'], string | null>>;
const far = { name: 'm', url: 'http://triton:8000', model: 'net', input: { x: text }, output: { y: text } } as const;
remote(far);
// @ts-expect-error a name of the model
remote({ ...far, model: undefined });
// @ts-expect-error a URL or its text
remote({ ...far, url: 8000 });
// @ts-expect-error columns, not values
remote({ ...far, output: { y: '' } });
// @ts-expect-error no such column
remote({ ...far, tensors: { z: 'input' } });
// @ts-expect-error headers are strings
remote({ ...far, headers: { authorization: 7 } });
// @ts-expect-error a model has no setup
remote({ ...far, setup: () => 3 });
