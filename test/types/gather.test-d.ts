import {
  type Bytes,
  bool,
  bytes,
  type Float32,
  type Float64,
  float32,
  type Int32,
  type Int64,
  int32,
  int64,
  type List,
  type Null,
  nullable,
  type RecordOf,
  type Row,
  type Text,
  text,
} from 'flowserve';
import { type ColumnsOf, type Expect, flowOf, type OriginOf, type Same } from './expect.ts';

const pages = flowOf<{ readonly page: Bytes }>();
const lines = pages.flatMap({ line: text, n: int32, sure: nullable(float32), id: int64, crop: bytes, isLast: bool }, () => []);

const gathered = lines.gather(pages, (a) => ({
  count: a.count(),
  total: a.sum('n'),
  mean: a.avg('sure'),
  least: a.min('n'),
  most: a.max('line'),
  newest: a.max('id'),
  first: a.first('crop'),
  surest: a.argMax('line', { by: 'sure' }),
  unsurest: a.argMin('crop', { by: 'n' }),
  lines: a.collect('line'),
  sures: a.collect('sure'),
  records: a.collect(['line', 'sure']),
  sorted: a.collect(['line'], { sortBy: 'n' }),
}));
type Gathered = ColumnsOf<typeof gathered>;
type Added = Omit<Gathered, 'page'>;
export type Keeps = Expect<Same<Gathered['page'], Bytes>>;
export type Origin = Expect<Same<OriginOf<typeof gathered>, 'request'>>;
export type Adds = Expect<
  Same<
    { [K in keyof Added]: Added[K] },
    {
      readonly count: Int32;
      readonly total: Float64;
      readonly mean: Float64 | Null;
      readonly least: Int32 | Null;
      readonly most: Text | Null;
      readonly newest: Int64 | Null;
      readonly first: Bytes | Null;
      readonly surest: Text | Null;
      readonly unsurest: Bytes | Null;
      readonly lines: List<Text>;
      readonly sures: List<Float32>;
      readonly records: List<RecordOf<{ readonly line: Text; readonly sure: Float32 | Null }>>;
      readonly sorted: List<RecordOf<{ readonly line: Text }>>;
    }
  >
>;
type GatheredRow = Row<Gathered>;
export type Values = Expect<Same<GatheredRow['records'], readonly { readonly line: string; readonly sure: number | null }[]>>;
export type ListValues = Expect<Same<GatheredRow['lines'], readonly string[]>>;

// The parent may be any flow of the rows that were expanded, and levels are gathered one by one.
lines.gather(
  pages.derive({ size: int32 }, ({ page }) => ({ size: page.length })),
  (a) => ({ lines: a.count() }),
);
lines
  .filter(({ n }) => n > 0)
  .gather(
    pages.filter(({ page }) => page.length > 0),
    (a) => ({ lines: a.count() }),
  );
const words = lines.flatMap({ word: text }, ({ line }) => line.split(' ').map((word) => ({ word })));
const perLine = words.gather(lines, (a) => ({ words: a.collect('word') }));
export type PerLine = Expect<Same<OriginOf<typeof perLine>, 'rows of request'>>;
perLine.gather(pages, (a) => ({ words: a.collect('words') }));
lines.gather(pages, (a) => ({ lines: a.collect('line', undefined), sorted: a.collect(['line'], { sortBy: undefined }) }));

// @ts-expect-error gather: these rows were not made from the rows of that flow
pages.gather(pages, (a) => ({ n: a.count() }));
// @ts-expect-error gather: these rows were not made from the rows of that flow
words.gather(pages, (a) => ({ n: a.count() }));
// @ts-expect-error gather: this flow already has a column "page"
lines.gather(pages, (a) => ({ page: a.count() }));
// @ts-expect-error the number 3 is not an aggregate
lines.gather(pages, () => ({ n: 3 }));
// @ts-expect-error what it builds is an object of aggregates
lines.gather(pages, (a) => a.count());
// @ts-expect-error sum: column "line" is text but must be a number
lines.gather(pages, (a) => ({ n: a.sum('line') }));
// @ts-expect-error sum: column "id" is int64 but must be a number
lines.gather(pages, (a) => ({ n: a.sum('id') }));
// @ts-expect-error avg: column "isLast" is bool but must be a number
lines.gather(pages, (a) => ({ n: a.avg('isLast') }));
// @ts-expect-error max: column "crop" is bytes but must be a number or text
lines.gather(pages, (a) => ({ n: a.max('crop') }));
// @ts-expect-error min: column "isLast" is bool but must be a number or text
lines.gather(pages, (a) => ({ n: a.min('isLast') }));
// @ts-expect-error argMax: column "crop" is bytes but must be a number or text
lines.gather(pages, (a) => ({ n: a.argMax('line', { by: 'crop' }) }));
// @ts-expect-error argMin: no such column
lines.gather(pages, (a) => ({ n: a.argMin('line', { by: 'm' }) }));
// @ts-expect-error argMax needs a column to compare by
lines.gather(pages, (a) => ({ n: a.argMax('line') }));
// @ts-expect-error no such column
lines.gather(pages, (a) => ({ n: a.first('lin') }));
// @ts-expect-error no such column
lines.gather(pages, (a) => ({ n: a.collect('lin') }));
// @ts-expect-error no such column
lines.gather(pages, (a) => ({ n: a.collect(['line', 'lin']) }));
// @ts-expect-error no such column
lines.gather(pages, (a) => ({ n: a.collect(['line'], { sortBy: 'lin' }) }));
// @ts-expect-error no such option
lines.gather(pages, (a) => ({ n: a.collect(['line'], { orderBy: 'n' }) }));
// @ts-expect-error one column is collected in the order of its rows
lines.gather(pages, (a) => ({ n: a.collect('line', { sortBy: 'n' }) }));
// @ts-expect-error the parent's columns are not those of the rows
lines.gather(pages, (a) => ({ n: a.first('page') }));
