import { describe, expect, it } from 'vitest';
import { decodeModelMetadata } from './model-metadata.ts';

const decode = (text: string) => decodeModelMetadata(Buffer.from(text));

describe('the metadata of a model', () => {
  it('is read with its tensors', () => {
    const metadata = {
      name: 'm',
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
      outputs: [],
    };
    expect(decode(JSON.stringify(metadata))).toEqual(metadata);
  });

  it('may leave out lists, and may write lengths as strings', () => {
    expect(decode('{"name":"m","outputs":[{"name":"y","datatype":"INT8","shape":["-1"]}]}')).toEqual({
      name: 'm',
      versions: [],
      platform: '',
      inputs: [],
      outputs: [{ name: 'y', datatype: 'INT8', shape: [-1] }],
    });
  });

  it.each([
    ['<html>', 'it is not JSON'],
    ['[]', 'it is an array of 0'],
    ['{}', 'its name is undefined'],
    ['{"name":"m","inputs":7}', 'its inputs are the number 7'],
    ['{"name":"m","inputs":[null]}', 'its inputs[0] lacks a name, a datatype or a shape'],
  ])('is not %s', (text, sentence) => expect(() => decode(text)).toThrow(sentence));
});
