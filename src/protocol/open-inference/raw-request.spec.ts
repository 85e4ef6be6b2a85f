import { describe, expect, it } from 'vitest';
import { rawRequest } from './raw-request.ts';

const raw = (datatype: string, shape: readonly number[], bytes: number) =>
  rawRequest([{ name: 'x', datatype, shape }], new Uint8Array(bytes));

describe('a body without JSON', () => {
  it('is the bytes of the only input, and tells its one dynamic length', () => {
    expect(raw('FP32', [-1, 3], 24)).toMatchObject({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 3] }],
      parameters: { binary_data_output: true },
    });
  });

  it('is one element of BYTES', () => {
    expect(rawRequest([{ name: 'x', datatype: 'BYTES', shape: [-1] }], Uint8Array.of(7)).inputs).toEqual([
      { name: 'x', datatype: 'BYTES', shape: [1], bytes: Buffer.of(1, 0, 0, 0, 7) },
    ]);
  });

  it.each([
    [
      'two dynamic lengths',
      () => raw('FP32', [-1, -1], 4),
      'input "x" has 2 dynamic lengths, [-1,-1], and a body without JSON can tell one',
    ],
    ['bytes that fit no length', () => raw('FP32', [-1, 3], 4), "the body's 1 elements are no multiple of 3"],
    ['more than one element of BYTES', () => raw('BYTES', [-1, 2], 4), 'input "x" is BYTES [-1,2], and a body without JSON is one element'],
    ['several inputs', () => rawRequest([], new Uint8Array()), 'the model has 0 inputs, and a body without JSON is that of one'],
  ])('is refused with %s', (_, request, sentence) => expect(request).toThrow(sentence));
});
