import {
  type Columns,
  type Float32,
  type Flow,
  float32,
  type Int32,
  int32,
  type Pipeline,
  pipeline,
  type Rows,
  record,
  stage,
  type Text,
  tensor,
  text,
} from 'flowserve';
import { flowOf } from './expect.ts';

/* What docs/types.md says of functions of flows and of limits, in the order of the page. */
type Answer = { readonly label: Text; readonly confidence: Float32 };
const rows = flowOf<Answer>();
const grade = stage({
  name: 'grade',
  input: { confidence: float32 },
  output: { grade: text },
  run: ({ confidence }) => ({ grade: `${confidence}` }),
});

// ---------- functions of flows ----------
declare function ofLabels(flow: Flow<{ label: Text }>): void;
declare function ofLabelRows(flow: Rows<{ label: Text }, 'request'>): void;
// @ts-expect-error more columns than the function names
ofLabels(rows);
ofLabels(rows.select('label'));
ofLabelRows(rows);

export function open<C extends Columns & { readonly confidence: Float32 }, O extends string>(flow: Flow<C, O>): Flow<{ sure: Text }, O> {
  // @ts-expect-error columns that are left open may have that name
  flow.derive({ sure: text }, ({ confidence }) => ({ sure: `${confidence}` }));
  // @ts-expect-error and may be of other types than the stage needs
  flow.map(grade);
  return flow.filter(({ confidence }) => confidence > 0.5).map({ sure: text }, ({ confidence }) => ({ sure: `${confidence}` }));
}

// ---------- setup before run ----------
stage({
  name: 'late',
  input: { label: text },
  output: { place: int32 },
  // @ts-expect-error state is not known yet
  run: (_, { state }) => ({ place: state.index }),
  // @ts-expect-error nothing was what run could have been given
  setup: (replica) => ({ index: replica.index }),
});
stage({
  name: 'without parameter',
  input: { label: text },
  output: { place: int32 },
  run: (_, { state }) => ({ place: state.index }),
  setup: () => ({ index: 1 }),
});

// ---------- the origin of a pipeline that is left out ----------
declare const unsaid: Pipeline<Answer, { readonly other: Text }>;
declare const said: Pipeline<Answer, { readonly other: Text }, 'rows of request'>;
rows.join(rows.extend(unsaid));
// @ts-expect-error join: these flows have different rows
rows.join(rows.extend(said));

// ---------- records with more fields ----------
const users = flowOf<{ readonly user: ReturnType<typeof record<{ readonly id: Int32; readonly name: Text }>> }>();
users.map({ user: record({ id: int32 }) }, ({ user }) => ({ user }));

// ---------- names that are numbers ----------
pipeline('numbers', { 1: text }, (all) =>
  all.map(stage({ name: 'two', input: { 2: text }, output: { label: text }, run: () => ({ label: '' }) })),
);
// @ts-expect-error no name for the compiler
pipeline('numbers', { 1: text, label: text }, (all) => all.select('1'));

// ---------- columns that are not known ----------
declare const columns: Columns;
// @ts-expect-error any name may be there already
pipeline('unknown', columns, (all) => all.derive({ label: text }, () => ({ label: '' })));
pipeline('unknown', columns, (all) => all.select('any').map({ label: text }, ({ any }) => ({ label: String(any) })));

// ---------- tensors made in steps ----------
// @ts-expect-error a string is not 'FP32'
rows.map({ pixels: tensor('FP32', [2]) }, () => {
  const pixels = { datatype: 'FP32', shape: [2], data: new Float32Array(2) };
  return { pixels };
});
rows.map({ pixels: tensor('FP32', [2]) }, () => {
  const pixels = { datatype: 'FP32' as const, shape: [2] as const, data: new Float32Array(2) };
  return { pixels };
});
