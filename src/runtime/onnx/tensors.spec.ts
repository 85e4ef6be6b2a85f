import { Tensor as OnnxTensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../schema/tensor.ts';
import { datatypeOf, runtimeTypes } from './datatypes.ts';
import { stack, unstack } from './tensors.ts';

const fp32 = (shape: readonly number[], ...data: readonly number[]): Tensor => ({ datatype: 'FP32', shape, data: Float32Array.from(data) });
const words = (...all: readonly string[]): Tensor => ({
  datatype: 'BYTES',
  shape: [all.length],
  data: all.map((word) => new Uint8Array(Buffer.from(word))),
});

describe('stack', () => {
  it('puts rows behind each other in a new first dimension', () => {
    const stacked = stack(OnnxTensor, [fp32([2], 1, 2), fp32([2], 3, 4)], true);
    expect(stacked).toMatchObject({ type: 'float32', dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
  });

  it('takes the array of a single row as it is', () => {
    const row = fp32([1, 2], 1, 2);
    const stacked = stack(OnnxTensor, [row], true);
    expect(stacked.dims).toEqual([1, 1, 2]);
    expect(stacked.data).toBe(row.data);
  });

  it('adds no dimension for a model without a batch', () => {
    expect(stack(OnnxTensor, [fp32([2], 1, 2)], false).dims).toEqual([2]);
  });

  it('gives byte strings to a model as text', () => {
    expect(stack(OnnxTensor, [words('a', 'ü'), words('c', 'd')], true)).toMatchObject({
      type: 'string',
      dims: [2, 2],
      data: ['a', 'ü', 'c', 'd'],
    });
  });

  it('does not stack nothing', () => {
    expect(() => stack(OnnxTensor, [], true)).toThrow('no rows to stack');
  });
});

describe('unstack', () => {
  it('gives each row its part', () => {
    const output = new OnnxTensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]);
    expect(unstack(output, 2, true)).toEqual([fp32([2], 1, 2), fp32([2], 3, 4)]);
  });

  it('gives a single row the whole', () => {
    const output = new OnnxTensor('float32', Float32Array.of(1, 2), [1, 2]);
    expect(unstack(output, 1, true)).toEqual([fp32([2], 1, 2)]);
  });

  it('keeps every dimension of a model without a batch', () => {
    const output = new OnnxTensor('float32', Float32Array.of(1, 2), [1, 2]);
    expect(unstack(output, 1, false)).toEqual([fp32([1, 2], 1, 2)]);
  });

  it('gives rows without elements none', () => {
    const output = new OnnxTensor('float32', Float32Array.of(), [2, 0, 3]);
    expect(unstack(output, 2, true)).toEqual([fp32([0, 3]), fp32([0, 3])]);
  });

  it('gives text as byte strings', () => {
    expect(unstack(new OnnxTensor('string', ['a', 'ü'], [2, 1]), 2, true)).toEqual([words('a'), words('ü')]);
  });

  it('gives half precision as its bits', () => {
    const [row] = unstack(new OnnxTensor('float16', Uint16Array.of(15360, 16384), [1, 2]), 1, true);
    expect(row).toEqual({ datatype: 'FP16', shape: [2], data: Uint16Array.of(15360, 16384) });
  });

  it.each<Tensor>([
    { datatype: 'INT64', shape: [1], data: BigInt64Array.of(-5n) },
    { datatype: 'UINT64', shape: [1], data: BigUint64Array.of(5n) },
    { datatype: 'BOOL', shape: [1], data: Uint8Array.of(1) },
    { datatype: 'INT8', shape: [1], data: Int8Array.of(-5) },
    { datatype: 'FP64', shape: [1], data: Float64Array.of(0.1) },
    { datatype: 'FP16', shape: [1], data: Uint16Array.of(15360) },
  ])('takes apart what stack put together: $datatype', (row) => {
    expect(unstack(stack(OnnxTensor, [row, row], true), 2, true)).toEqual([row, row]);
  });
});

describe('datatypeOf', () => {
  it('knows every name of the runtime that we have a datatype for', () => {
    for (const [datatype, name] of Object.entries(runtimeTypes)) expect(datatypeOf(name)).toBe(datatype);
  });

  it('does not know others', () => {
    expect(datatypeOf('int4')).toBeUndefined();
  });
});
