import type { Float32, Flow, Int32, Null, Text } from 'flowserve';
import { type ColumnsOf, type Expect, flowOf, type OriginOf, type Same } from './expect.ts';

const rows = flowOf<{ readonly label: Text; readonly score: Float32 | Null }>();
type Rows = ColumnsOf<typeof rows>;
declare const sure: Flow<{ readonly score: Float32; readonly label: Text }>;
declare const parts: Flow<Rows, 'rows of request'>;

// ---------- union ----------
const alike = rows.union(
  sure,
  rows.filter(({ label }) => label !== ''),
);
export type Union = Expect<Same<ColumnsOf<typeof alike>, Rows>>;
export type UnionOfOneOrigin = Expect<Same<OriginOf<typeof alike>, 'rows of request'>>;
alike.gather(rows, (a) => ({ best: a.argMax('label', { by: 'score' }) }));
const different = rows.union(parts);
export type UnionOfSeveral = Expect<Same<OriginOf<typeof different>, 'union of request and rows of request'>>;

// @ts-expect-error union: the other flow has no column "score"
rows.union(rows.select('label'));
// @ts-expect-error union: the other flow has the extra column "score"
rows.select('label').union(rows);
// @ts-expect-error union: column "score" is float32 or null but must be float32
sure.union(rows);
// @ts-expect-error union: column "score" is int32 but must be float32 or null
rows.union(sure, flowOf<{ readonly label: Text; readonly score: Int32 }>());
// @ts-expect-error at least one other flow
rows.union();
// @ts-expect-error not a flow
rows.union('rows');
// @ts-expect-error gather: these rows were not made from the rows of that flow
different.gather(rows, (a) => ({ n: a.count() }));

// ---------- anyOf ----------
const fastest = rows.anyOf(sure, rows);
export type AnyOf = Expect<Same<ColumnsOf<typeof fastest>, Rows>>;
export type AnyOfKeepsOrigin = Expect<Same<OriginOf<typeof fastest>, 'request'>>;

// @ts-expect-error anyOf: these flows have different rows (request and rows of request)
rows.anyOf(parts);
// @ts-expect-error anyOf: the other flow has no column "score"
rows.anyOf(sure, rows.select('label'));
// @ts-expect-error at least one other flow
rows.anyOf();
