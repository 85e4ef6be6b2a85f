import { describe, expect, it } from 'vitest';
import { type AnyColumn, bytes, int32, list, nullable, record, specOf, tensor, text } from './column.ts';
import { withOwnMemory } from './own-memory.ts';

const data = Uint8Array.of(1, 2);
const floats = { datatype: 'FP32', shape: [2], data: Float32Array.of(1, 2) } as const;

describe('a value with memory of its own', () => {
  it.each<[string, AnyColumn, unknown, (value: never) => ArrayBufferView]>([
    ['bytes', bytes, data, (value) => value],
    ['a tensor', tensor('FP32', [2]), floats, ({ data: own }: { data: Float32Array }) => own],
    [
      'a tensor of bytes',
      tensor('BYTES', [1]),
      { datatype: 'BYTES', shape: [1], data: [data] },
      (value: { data: [Uint8Array] }) => value.data[0],
    ],
    ['a list', list(nullable(bytes)), [data, null], ([own]: [Uint8Array]) => own],
    ['a record', record({ name: text, of: bytes }), { name: 'a', of: data }, ({ of }: { of: Uint8Array }) => of],
  ])('is equal, and shares no bytes: %s', (_, column, value, viewIn) => {
    const own = withOwnMemory(specOf(column, 'spec'), value);
    expect(own).toEqual(value);
    expect(viewIn(own as never).buffer).not.toBe(viewIn(value as never).buffer);
  });

  it('does not share the memory of a Buffer, whose slice would', () => {
    const buffer = Buffer.from('cat');
    const own = withOwnMemory(specOf(bytes, 'spec'), buffer);
    buffer.fill(0);
    expect(own).toEqual(new Uint8Array(Buffer.from('cat')));
  });

  it('is the same where it has no bytes', () => {
    const ones = [1];
    expect(withOwnMemory(specOf(list(int32), 'spec'), ones)).toEqual(ones);
    expect(withOwnMemory(specOf(nullable(bytes), 'spec'), null)).toBeNull();
  });
});
