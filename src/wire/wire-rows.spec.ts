import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaAndRow } from '../../test/support/column-samples.ts';
import { type AnyRow, bool, bytes, float64, int32, int64, type Schema, schemaOf, text } from '../schema/column.ts';
import { metadataOf } from './metadata.ts';
import { packRows, rowUnpacker } from './wire-rows.ts';

const scalars = schemaOf({ bool, int32, int64, float64, text, bytes }, 'test');
const scalarRow: fc.Arbitrary<AnyRow> = fc.record(
  {
    bool: fc.boolean(),
    int32: fc.integer(),
    int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    float64: fc.double(),
    text: fc.string({ unit: 'binary' }),
    bytes: fc.uint8Array({ maxLength: 9 }).map((array) => new Uint8Array(array)),
  },
  { noNullPrototype: true },
);

/** What single precision makes of a row's numbers. */
function rounded(schema: Schema, row: AnyRow): AnyRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const { kind, nullable } = schema[name] ?? {};
      return [name, kind === 'float32' && nullable === false ? Math.fround(value as number) : value];
    }),
  );
}

describe('rows as tensors', () => {
  it('come back the same, for any schema and number of rows', () => {
    const property = fc.property(schemaAndRow, fc.integer({ min: 0, max: 3 }), ({ schema, row }, count) => {
      const rows = Array.from({ length: count }, () => row);
      const back = rowUnpacker(schema)(packRows(schema, rows), count);
      assert.deepStrictEqual(
        back,
        rows.map((each) => rounded(schema, each)),
      );
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('come back in their order, from tensors in any order and at any place of a body', () => {
    const property = fc.property(fc.array(scalarRow, { maxLength: 20 }), fc.nat({ max: 7 }), (rows, offset) => {
      const moved = packRows(scalars, rows).map((tensor) => {
        const body = Buffer.concat([Buffer.alloc(offset), tensor.bytes]);
        return { ...tensor, bytes: body.subarray(offset) };
      });
      expect(rowUnpacker(scalars)(moved.reverse(), rows.length)).toStrictEqual(rows);
    });
    fc.assert(property);
  });

  it('are what the metadata says', () => {
    const property = fc.property(schemaAndRow, ({ schema, row }) => {
      const tensors = packRows(schema, [row]);
      expect(tensors.map(({ name, datatype }) => ({ name, datatype }))).toEqual(
        metadataOf(schema).map(({ name, datatype }) => ({ name, datatype })),
      );
      const lengths = metadataOf(schema).map(({ shape }) => shape);
      for (const [i, { shape }] of tensors.entries()) {
        expect(shape.map((length, at) => (lengths[i]?.[at] === -1 ? -1 : length))).toEqual(lengths[i]);
      }
    });
    fc.assert(property);
  });

  it('fail with a sentence, whatever the bytes are', () => {
    const property = fc.property(schemaAndRow, fc.uint8Array({ maxLength: 40 }), ({ schema, row }, noise) => {
      const spoiled = packRows(schema, [row]).map((tensor) => ({ ...tensor, bytes: noise }));
      try {
        rowUnpacker(schema)(spoiled, 1);
      } catch (error) {
        expect(error).toMatchObject({ code: 'TENSOR_INVALID' });
      }
    });
    fc.assert(property, { numRuns: 500 });
  });

  const [first, ...others] = packRows(schemaOf({ label: text, score: int32 }, 'test'), [{ label: 'a', score: 1 }]);
  const unpack = rowUnpacker(schemaOf({ label: text, score: int32 }, 'test'));

  it('have one tensor for each column', () => {
    expect(() => unpack(others, 1)).toThrow('[TENSOR_INVALID] the tensor "label" (text) is missing');
    expect(() => unpack([...others, ...others], 1)).toThrow('[TENSOR_INVALID] there are two tensors "score"');
    expect(() => unpack([...others, { name: 'lable', datatype: 'BYTES', shape: [1], bytes: first?.bytes ?? new Uint8Array() }], 1)).toThrow(
      'there is no column for the tensor "lable" (did you mean "label"?); the columns are "label", "score"',
    );
  });
});
