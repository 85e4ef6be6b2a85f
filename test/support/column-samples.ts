import fc from 'fast-check';
import {
  type AnyRow,
  bool,
  bytes,
  type ColumnSpec,
  float32,
  float64,
  int32,
  int64,
  json,
  list,
  record,
  type Schema,
  specOf,
  tensor,
  text,
} from '../../src/schema/column.ts';
import { arrayOf, type Datatype, elementCount, type Tensor } from '../../src/schema/tensor.ts';

/** A column and a value of it. */
interface Sample {
  readonly column: ColumnSpec;
  readonly value: unknown;
}
const sample = (column: unknown, values: fc.Arbitrary<unknown>): fc.Arbitrary<Sample> =>
  values.map((value) => ({ column: specOf(column, 'test'), value }));

/** JSON does not tell -0 from 0. */
const number = fc.double().map((value) => (value === 0 ? 0 : value));
const single = fc.float().map((value) => (value === 0 ? 0 : value));
const octets = fc.uint8Array({ maxLength: 20 }).map((array) => new Uint8Array(array));
const big = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const elements: { readonly [D in Datatype]: fc.Arbitrary<unknown> } = {
  BOOL: fc.constantFrom(0, 1),
  INT8: fc.integer({ min: -128, max: 127 }),
  INT16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  INT32: fc.integer(),
  INT64: big,
  UINT8: fc.integer({ min: 0, max: 255 }),
  UINT16: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  UINT32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  UINT64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  // Every bit pattern but those of -0 and of the many NaNs, of which one is written.
  FP16: fc.integer({ min: 0, max: 2 ** 16 - 1 }).map((bits) => (bits === 0x8000 ? 0 : (bits & 0x7fff) > 0x7c00 ? 0x7e00 : bits)),
  BF16: fc.integer({ min: 0, max: 2 ** 16 - 1 }).map((bits) => (bits === 0x8000 ? 0 : (bits & 0x7fff) > 0x7f80 ? 0x7fc0 : bits)),
  FP32: single,
  FP64: number,
  BYTES: octets,
};

type ArrayMaker = new (elements: readonly unknown[]) => Tensor['data'];

const tensors: fc.Arbitrary<Sample> = fc
  .tuple(fc.constantFrom(...(Object.keys(elements) as Datatype[])), fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }))
  .chain(([datatype, shape]) =>
    fc
      .tuple(
        fc.array(elements[datatype], { minLength: elementCount(shape), maxLength: elementCount(shape) }),
        fc.tuple(...shape.map((length) => fc.constantFrom(length, -1))),
      )
      .map(([data, declared]) => ({
        column: specOf(tensor(datatype, declared), 'test'),
        // Each datatype's elements are of the type that its array takes.
        value: { datatype, shape, data: datatype === 'BYTES' ? data : new (arrayOf[datatype] as ArrayMaker)(data) },
      })),
  );

const { column: columnSample } = fc.letrec<{ column: Sample }>((tie) => ({
  column: fc.oneof(
    { maxDepth: 3 },
    sample(text, fc.string({ unit: 'binary' })),
    sample(bytes, octets),
    sample(bool, fc.boolean()),
    sample(int32, fc.integer()),
    sample(int64, big),
    sample(float32, number),
    sample(float64, number),
    sample(
      json({ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }),
      fc.json().map((value) => JSON.parse(value) as unknown),
    ),
    tensors,
    tie('column').map(({ column, value }) => ({ column: specOf(list(asColumn(column)), 'test'), value: [value, value] })),
    tie('column').map(({ column, value }) => ({ column: specOf(record({ a: asColumn(column) }), 'test'), value: { a: value } })),
    fc.tuple(tie('column'), fc.boolean()).map(([{ column, value }, isNull]) => ({
      column: { ...column, nullable: true },
      value: isNull ? null : value,
    })),
  ),
}));

/** The typed face of a column made by chance. */
const asColumn = (column: ColumnSpec) => column as unknown as typeof text;

/** Any schema, with a row of it. */
export const schemaAndRow: fc.Arbitrary<{ readonly schema: Schema; readonly row: AnyRow }> = fc
  .dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
    columnSample,
    { minKeys: 1, maxKeys: 4 },
  )
  .map((samples) => ({
    schema: Object.fromEntries(Object.entries(samples).map(([name, { column }]) => [name, column])),
    row: Object.fromEntries(Object.entries(samples).map(([name, { value }]) => [name, value])),
  }));
