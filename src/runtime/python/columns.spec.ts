import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaAndRow } from '../../../test/support/column-samples.ts';
import { inSinglePrecision } from '../../../test/support/single-precision.ts';
import { type AnyRow, int32, list, nullable, record, schemaOf, tensor, text } from '../../schema/column.ts';
import type { Tensor } from '../../schema/tensor.ts';
import { columnsCodec } from './columns.ts';

describe('the codec of columns', () => {
  it('gives rows of any schema back', () => {
    fc.assert(
      fc.property(schemaAndRow, fc.integer({ min: 0, max: 3 }), ({ schema, row }, count) => {
        const { pack, unpack, blobs } = columnsCodec(schema);
        const rows = new Array<AnyRow>(count).fill(row);
        const packed = pack(rows);
        expect(packed).toHaveLength(blobs);
        expect(unpack(packed, count)).toEqual(inSinglePrecision(schema, rows));
      }),
    );
  });

  it('takes the memory of a tensor as it is, and gives views of what it was sent', () => {
    const { pack, unpack } = columnsCodec(schemaOf({ x: tensor('FP32', [2]) }, 'test'));
    const data = Float32Array.of(1, 2);
    const blobs = pack([{ x: { datatype: 'FP32', shape: [2], data } }]);
    expect(blobs[0]?.buffer).toBe(data.buffer);
    const both = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    const [, second] = unpack([both], 2);
    expect(second).toEqual({ x: { datatype: 'FP32', shape: [2], data: Float32Array.of(3, 4) } });
    expect(((second as AnyRow).x as Tensor<'FP32'>).data.buffer).toBe(both.buffer);
  });

  it('refuses memory that has been handed on', () => {
    const { pack } = columnsCodec(schemaOf({ x: tensor('FP32', [1]) }, 'test'));
    const data = Float32Array.of(1);
    structuredClone(data.buffer, { transfer: [data.buffer] });
    expect(() => pack([{ x: { datatype: 'FP32', shape: [1], data } }])).toThrow('the memory of an array has been handed on');
  });

  it.each([
    ['too few', { n: int32 }, [], 'there are too few blobs'],
    ['too many', { n: int32 }, [new Uint8Array(4), new Uint8Array(4)], 'there are too many blobs'],
    ['a short one', { n: int32 }, [new Uint8Array(3)], 'a blob has 3 bytes instead of 4'],
    ['a text longer than its blob', { t: text }, [Uint8Array.of(9, 0, 0, 0)], 'must have 9 bytes in element 0'],
    ['a tensor of another shape', { x: tensor('INT8', [2, -1]) }, [new Uint8Array(8), new Uint8Array(0)], 'has the shape [0,0]'],
    ['a list without end', { l: list(record({})) }, [new Uint8Array(4).fill(255)], 'a list has 4294967295 elements'],
    ['values for none', { n: nullable(int32) }, [Uint8Array.of(0), new Uint8Array(4)], 'a blob has 4 bytes instead of 0'],
  ])('refuses blobs that nobody wrote for its schema: %s', (_, columns, blobs, problem) => {
    expect(() => columnsCodec(schemaOf(columns, 'test')).unpack(blobs, 1)).toThrow(problem);
  });
});
