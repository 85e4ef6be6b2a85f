import { describe, expect, it } from 'vitest';
import { type AnyColumn, bool, bytes, float32, int32, int64, list, nullable, specOf, tensor, text } from '../schema/column.ts';
import type { Datatype, Shape, Tensor } from '../schema/tensor.ts';
import { unpackColumn } from './unpack-column.ts';

/** The values of a column called "c" from a tensor whose bytes are given in hexadecimal. */
function unpacked(column: AnyColumn, datatype: Datatype, shape: Shape, hex: string, rows = shape[0] ?? 0): readonly unknown[] {
  const all = Uint8Array.from(Buffer.from(hex, 'hex'));
  return Array.from(unpackColumn(specOf(column, 'test'), 'c', { datatype, shape, bytes: all }, rows));
}

describe('unpackColumn', () => {
  it('reads scalars, texts and bytes', () => {
    expect(unpacked(bool, 'BOOL', [2], '0100')).toEqual([true, false]);
    expect(unpacked(int32, 'INT32', [2], '01000000feffffff')).toEqual([1, -2]);
    expect(unpacked(int64, 'INT64', [1], 'ffffffffffffff7f')).toEqual([2n ** 63n - 1n]);
    expect(unpacked(text, 'BYTES', [2], '02000000c3a900000000')).toEqual(['é', '']);
    expect(unpacked(bytes, 'BYTES', [1], '01000000ff')).toEqual([Uint8Array.of(255)]);
  });

  it('reads the tensor of each row', () => {
    expect(unpacked(tensor('INT16', [-1]), 'INT16', [2, 1], '01000200')).toEqual([
      { datatype: 'INT16', shape: [1], data: Int16Array.of(1) },
      { datatype: 'INT16', shape: [1], data: Int16Array.of(2) },
    ]);
    expect(unpacked(tensor('BYTES', [1]), 'BYTES', [1, 1], '0100000007')).toEqual([
      { datatype: 'BYTES', shape: [1], data: [Uint8Array.of(7)] },
    ]);
  });

  it('reads what no tensor can hold from text of JSON', () => {
    expect(unpacked(list(int64), 'BYTES', [1], '050000005b2237225d')).toEqual([[7n]]);
    expect(unpacked(nullable(text), 'BYTES', [1], '040000006e756c6c')).toEqual([null]);
  });

  it('gives views of bytes that lie as the array needs it, and a copy of others', () => {
    const memory = new Uint8Array(12);
    const dataAt = (offset: number): ArrayBufferView => {
      const source = { datatype: 'FP32', shape: [1, 2], bytes: memory.subarray(offset, offset + 8) } as const;
      const [row] = Array.from(unpackColumn(specOf(tensor('FP32', [2]), 'test'), 'c', source, 1)) as [Tensor<'FP32'>];
      return row.data;
    };
    expect(dataAt(4).buffer).toBe(memory.buffer);
    expect(dataAt(1).buffer).not.toBe(memory.buffer);
  });

  it('copies the bytes of a Buffer that lie otherwise, whose slice would not', () => {
    const memory = Buffer.from('00000080400000803f', 'hex').subarray(1);
    expect(unpackColumn(specOf(float32, 'test'), 'c', { datatype: 'FP32', shape: [2], bytes: memory }, 2)).toEqual(
      Float32Array.of(0, 1).fill(Buffer.from('00008040', 'hex').readFloatLE(), 0, 1),
    );
  });

  it.each<[string, AnyColumn, Datatype, Shape, string, string]>([
    ['another datatype', int32, 'INT64', [1], '0000000000000000', 'must be INT32 [1], one row of int32, but is INT64 [1]'],
    ['another number of rows', int32, 'INT32', [3], '', 'must be INT32 [2], 2 rows of int32, but is INT32 [3]'],
    ['another rank', int32, 'INT32', [1, 1], '00000000', 'must be INT32 [1], one row of int32, but is INT32 [1,1]'],
    [
      'another length',
      tensor('FP32', [3, -1]),
      'FP32',
      [1, 2, 1],
      '',
      'must be FP32 [1,3,-1], one row of FP32 [3,-1], but is FP32 [1,2,1]',
    ],
    ['too few bytes', tensor('FP32', [2]), 'FP32', [1, 2], '00000000', 'is FP32 [1,2], so it must have 8 bytes but has 4'],
    ['too many bytes', int32, 'INT32', [1], '0000000000', 'is INT32 [1], so it must have 4 bytes but has 5'],
    ['a length that overflows', tensor('FP32', [-1]), 'FP32', [1, 2 ** 52], '', `so it must have ${2 ** 54} bytes but has 0`],
    ['lengths that overflow numbers', tensor('INT8', [-1, -1]), 'INT8', [1, 2 ** 53 - 1, 0], '01', 'must have 0 bytes but has 1'],
    ['a BOOL that is neither', bool, 'BOOL', [2], '0102', 'is BOOL [2], so it must have bytes of 0 or 1 but byte 1 is 2'],
    ['no room for lengths', text, 'BYTES', [2], '00000000', 'must have at least 8 bytes, the lengths of 2 elements, but has 4'],
    ['a truncated element', text, 'BYTES', [1], '0300000061', 'must have 3 bytes in element 0, as its length says, but 1 are left'],
    [
      'a length far beyond the end',
      bytes,
      'BYTES',
      [1],
      'ffffffff',
      'must have 4294967295 bytes in element 0, as its length says, but 0 are left',
    ],
    ['an end within a length', text, 'BYTES', [2], '020000006161000000', 'must have 2 elements but ends before the length of element 1'],
    ['bytes after the last element', text, 'BYTES', [1], '0000000000', 'must end with element 0 but bytes are left after it: 1'],
    ['text that is not UTF-8', text, 'BYTES', [1], '01000000ff', 'must be UTF-8 but element 0 is not'],
    ['JSON that is none', nullable(text), 'BYTES', [1], '010000007b', 'must be text of JSON in each element, but element 0 is not'],
    ['JSON of another type', nullable(text), 'BYTES', [1], '0100000037', 'in row 0 must be text or null but is the number 7'],
  ])('refuses %s', (_, column, datatype, shape, hex, sentence) => {
    const rows = shape[0] === 3 ? 2 : (shape[0] ?? 0);
    expect(() => unpacked(column, datatype, shape, hex, rows)).toThrow('[TENSOR_INVALID] column "c" ');
    expect(() => unpacked(column, datatype, shape, hex, rows)).toThrow(sentence);
  });

  it('takes the character that stands for bytes that are not UTF-8', () => {
    expect(unpacked(text, 'BYTES', [1], '03000000efbfbd')).toEqual(['\ufffd']);
  });
});
