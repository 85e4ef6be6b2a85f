import { describe, expect, it } from 'vitest';
import { arrayOf, elementCount, isDatatype, printShape, shapeFits } from './tensor.ts';

describe('a datatype', () => {
  it('is one of the Open Inference Protocol', () => {
    const all = ['BOOL', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'FP16', 'BF16', 'FP32', 'FP64', 'BYTES'];
    expect(all.filter((name) => !isDatatype(name))).toEqual([]);
    expect(Object.keys(arrayOf)).toEqual(all.slice(0, -1));
  });

  it.each(['FLOAT', 'fp32', '', 'toString', '__proto__', 32, null, undefined])('is not %s', (name) => expect(isDatatype(name)).toBe(false));

  it('has an array with elements of its size', () => {
    const sizes = Object.entries(arrayOf).map(([name, array]) => `${name} ${array.BYTES_PER_ELEMENT}`);
    expect(sizes.join(', ')).toBe(
      'BOOL 1, INT8 1, INT16 2, INT32 4, INT64 8, UINT8 1, UINT16 2, UINT32 4, UINT64 8, FP16 2, BF16 2, FP32 4, FP64 8',
    );
  });
});

describe('a shape', () => {
  it('counts its elements: one for a scalar, none where a length is 0', () => {
    expect(elementCount([])).toBe(1);
    expect(elementCount([3, 224, 224])).toBe(150_528);
    expect(elementCount([3, 0, 224])).toBe(0);
  });

  it('is printed without spaces', () => {
    expect(printShape([3, -1, 224])).toBe('[3,-1,224]');
    expect(printShape([])).toBe('[]');
  });

  it('fits the same one and a dynamic one, not the reverse', () => {
    expect(shapeFits([3, 8], [3, 8])).toBe(true);
    expect(shapeFits([3, 8], [-1, 8])).toBe(true);
    expect(shapeFits([-1, 8], [-1, 8])).toBe(true);
    expect(shapeFits([-1, 8], [3, 8])).toBe(false);
    expect(shapeFits([8, 3], [3, 8])).toBe(false);
  });

  it('fits none of another rank', () => {
    expect(shapeFits([3], [3, 1])).toBe(false);
    expect(shapeFits([3, 1], [3])).toBe(false);
    expect(shapeFits([], [-1])).toBe(false);
    expect(shapeFits([], [])).toBe(true);
  });
});
