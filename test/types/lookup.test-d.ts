import {
  type Bytes,
  bytes,
  type Entry,
  type Float32,
  float32,
  type Int32,
  int32,
  type Null,
  nullable,
  store,
  type Text,
  tensor,
  text,
  type ValueOf,
} from 'flowserve';
import { type ColumnsOf, type Expect, flowOf, type OriginOf, type Same } from './expect.ts';

const prices = store('prices', { key: text, value: float32, entries: [['a', 1]] });
const icons = store('icons', { key: int32, value: nullable(bytes) });
const rows = flowOf<{ readonly label: Text; readonly size: Int32; readonly maybe: Text | Null }>();
type Rows = ColumnsOf<typeof rows>;

// ---------- lookup ----------
const priced = rows.lookup(prices, { key: 'label', as: 'price' });
export type Lookup = Expect<Same<ColumnsOf<typeof priced>['price'], Float32>>;
export type LookupKeepsTheRest = Expect<Same<Pick<ColumnsOf<typeof priced>, keyof Rows>, Pick<Rows, keyof Rows>>>;
export type LookupKeepsOrigin = Expect<Same<OriginOf<typeof priced>, 'request'>>;
const maybePriced = rows.lookup(prices, { key: 'label', as: 'price', missing: 'null' });
export type LookupOrNull = Expect<Same<ColumnsOf<typeof maybePriced>['price'], Float32 | Null>>;
const strict = rows.lookup(icons, { key: 'size', as: 'icon', missing: 'error' });
export type LookupOfNullable = Expect<Same<ColumnsOf<typeof strict>['icon'], Bytes | Null>>;

// @ts-expect-error lookup: column "size" is int32 but must be text
rows.lookup(prices, { key: 'size', as: 'price' });
// @ts-expect-error lookup: column "maybe" is text or null but must be text
rows.lookup(prices, { key: 'maybe', as: 'price' });
// @ts-expect-error lookup: this flow already has a column "size"
rows.lookup(prices, { key: 'label', as: 'size' });
// @ts-expect-error no such column
rows.lookup(prices, { key: 'labl', as: 'price' });
// @ts-expect-error the name of the new column is missing
rows.lookup(prices, { key: 'label' });
// @ts-expect-error not a store
rows.lookup({ get: () => 1 }, { key: 'label', as: 'price' });

// ---------- the handle of a store ----------
export const got: Promise<Entry<Float32> | undefined> = prices.get('a');
export const many: Promise<readonly (Entry<Float32> | undefined)[]> = prices.getMany(['a', 'b']);
export const revision: Promise<number> = prices.put('a', 1, { ifRevision: 3 });
export const wasThere: Promise<boolean> = icons.delete(1);
icons.put(1, null);
store('vectors', { key: text, value: tensor('FP32', [2]), entries: [['a', { datatype: 'FP32', shape: [2], data: new Float32Array(2) }]] });
export type Value = Expect<Same<ValueOf<typeof float32>, number>>;
export type NullableValue = Expect<Same<ValueOf<(typeof icons)['value']>, Uint8Array | null>>;

// @ts-expect-error a number is not a key of this store
prices.get(1);
// @ts-expect-error a string is not a value of this store
prices.put('a', 'x');
// @ts-expect-error bytes cannot be keys
store('s', { key: bytes, value: text });
// @ts-expect-error a key is never null
store('s', { key: nullable(text), value: text });
// @ts-expect-error an entry of another type
store('s', { key: text, value: float32, entries: [['a', 'x']] });
