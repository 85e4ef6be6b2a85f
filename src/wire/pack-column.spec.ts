import { describe, expect, it } from 'vitest';
import {
  type AnyColumn,
  bool,
  bytes,
  float32,
  float64,
  int32,
  int64,
  json,
  list,
  nullable,
  record,
  specOf,
  tensor,
  text,
} from '../schema/column.ts';
import { packColumn } from './pack-column.ts';

const any = json<unknown>({ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } });

/** `FP32 [2] 0000803f 00000040`: a tensor with its bytes in hexadecimal. */
function packed(column: AnyColumn, ...values: readonly unknown[]): string {
  const rows = values.map((c) => ({ c }));
  const { datatype, shape, bytes: all } = packColumn(specOf(column, 'test'), 'c', rows);
  return `${datatype} [${shape}] ${Buffer.from(all).toString('hex')}`;
}

describe('packColumn', () => {
  it('writes scalars behind each other, little-endian', () => {
    expect(packed(bool, true, false)).toBe('BOOL [2] 0100');
    expect(packed(int32, 1, -2)).toBe('INT32 [2] 01000000feffffff');
    expect(packed(int64, 2n ** 63n - 1n, -(2n ** 63n))).toBe('INT64 [2] ffffffffffffff7f0000000000000080');
    expect(packed(float32, 1, Number.NaN)).toBe('FP32 [2] 0000803f0000c07f');
    expect(packed(float64, -0)).toBe('FP64 [1] 0000000000000080');
  });

  it('writes text and bytes each after its length', () => {
    expect(packed(text, 'é', '')).toBe('BYTES [2] 02000000c3a900000000');
    expect(packed(bytes, Uint8Array.of(255))).toBe('BYTES [1] 01000000ff');
  });

  it('writes the tensors of rows behind each other, in one more dimension', () => {
    const row = (...data: readonly number[]) => ({ datatype: 'INT16', shape: [2], data: Int16Array.from(data) });
    expect(packed(tensor('INT16', [-1]), row(1, 2), row(3, 4))).toBe('INT16 [2,2] 0100020003000400');
    expect(packed(tensor('BYTES', [1]), { datatype: 'BYTES', shape: [1], data: [Uint8Array.of(7)] })).toBe('BYTES [1,1] 0100000007');
  });

  it('does not copy the tensor of a single row', () => {
    const data = Float32Array.of(1, 2);
    const { bytes: all } = packColumn(specOf(tensor('FP32', [2]), 'test'), 'c', [{ c: { datatype: 'FP32', shape: [2], data } }]);
    expect(all.buffer).toBe(data.buffer);
  });

  it('writes what no tensor can hold as text of JSON', () => {
    const texts = (column: AnyColumn, value: unknown) => Buffer.from(packed(column, value).slice(10), 'hex').subarray(4).toString();
    expect(texts(any, { a: [1] })).toBe('{"a":[1]}');
    expect(texts(list(int64), [1n])).toBe('["1"]');
    expect(texts(record({ b: bytes }), { b: Uint8Array.of(1) })).toBe('{"b":"AQ=="}');
    expect(texts(nullable(text), null)).toBe('null');
    expect(texts(nullable(float32), Number.NaN)).toBe('"NaN"');
  });

  it('gives no rows a first dimension of 0, and 0 to lengths that nothing tells', () => {
    expect(packed(int32)).toBe('INT32 [0] ');
    expect(packed(tensor('FP32', [3, -1]))).toBe('FP32 [0,3,0] ');
  });

  it('refuses rows with tensors of different shapes', () => {
    const row = (length: number) => ({ datatype: 'UINT8', shape: [length], data: new Uint8Array(length) });
    expect(() => packed(tensor('UINT8', [-1]), row(3), row(3), row(5))).toThrow(
      '[SHAPES_DIFFER] column "c" is [3] in row 0 but [5] in row 2, and one tensor holds rows of one shape',
    );
  });

  it('refuses what JSON cannot hold, and arrays whose memory has gone', () => {
    expect(() => packed(any, 1n)).toThrow('[OUTPUT_INVALID] column "c" cannot be written as JSON');
    expect(() => packed(any, undefined)).toThrow('JSON has no such value');
    const data = Float32Array.of(1);
    structuredClone(data, { transfer: [data.buffer] });
    expect(() => packed(tensor('FP32', [1]), { datatype: 'FP32', shape: [1], data })).toThrow('[OUTPUT_INVALID] column "c" is empty');
  });
});
