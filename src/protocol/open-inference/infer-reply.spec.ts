import { describe, expect, it } from 'vitest';
import { bool, bytes, float32, int64, schemaOf, text } from '../../schema/column.ts';
import { packRows } from '../../wire/wire-rows.ts';
import { decodeInferReply, encodeInferReply, errorTextOf } from './infer-reply.ts';
import { chunksOf, piecesOf, wholeBody } from './message-body.ts';
import type { InferReply } from './messages.ts';

const outputs = packRows(schemaOf({ sure: bool, score: float32, id: int64, label: text }, 'test'), [
  { sure: true, score: 0.5, id: 2n ** 63n - 1n, label: 'cat' },
  { sure: false, score: Number.NaN, id: 0n, label: '"é"' },
]);
const reply: InferReply = { modelName: 'm', modelVersion: '1', id: 'a', outputs };

describe('an infer reply', () => {
  it('has its elements in JSON, those that JSON has no number for as strings', () => {
    const message = encodeInferReply(reply, () => false);
    expect(message.jsonBytes).toBeUndefined();
    expect(wholeBody(message).toString()).toMatchInlineSnapshot(
      `"{"model_name":"m","model_version":"1","id":"a","outputs":[{"name":"sure","datatype":"BOOL","shape":[2],"data":[true,false]},{"name":"score","datatype":"FP32","shape":[2],"data":[0.5,"NaN"]},{"name":"id","datatype":"INT64","shape":[2],"data":[9223372036854775807,0]},{"name":"label","datatype":"BYTES","shape":[2],"data":["cat","\\"é\\""]}]}"`,
    );
  });

  it('has them after it as bytes where that is asked for', () => {
    const message = encodeInferReply(reply, (name) => name === 'score');
    const { jsonBytes } = message;
    expect(wholeBody(message).subarray(0, jsonBytes).toString()).toMatchInlineSnapshot(
      `"{"model_name":"m","model_version":"1","id":"a","outputs":[{"name":"sure","datatype":"BOOL","shape":[2],"data":[true,false]},{"name":"score","datatype":"FP32","shape":[2],"parameters":{"binary_data_size":8}},{"name":"id","datatype":"INT64","shape":[2],"data":[9223372036854775807,0]},{"name":"label","datatype":"BYTES","shape":[2],"data":["cat","\\"é\\""]}]}"`,
    );
    expect(wholeBody(message).subarray(jsonBytes)).toEqual(Buffer.from(outputs[1]?.bytes ?? []));
  });

  it.each([true, false])('is read as it was written, binary: %s', (isBinary) => {
    const message = encodeInferReply(reply, () => isBinary);
    const read = decodeInferReply(message.jsonBytes ?? message.byteLength, wholeBody(message));
    expect({ ...read, outputs: read.outputs.map((tensor) => ({ ...tensor, bytes: Buffer.from(tensor.bytes) })) }).toEqual({
      ...reply,
      outputs: outputs.map((tensor) => ({ ...tensor, bytes: Buffer.from(tensor.bytes) })),
    });
  });

  it('does not copy the bytes of large tensors', () => {
    const large = packRows(schemaOf({ data: bytes }, 'test'), [{ data: new Uint8Array(5_000) }]);
    const message = encodeInferReply({ ...reply, outputs: large }, () => true);
    expect(chunksOf(message)[1]).toBe(large[0]?.bytes);
    expect(piecesOf(message)).toEqual([message.text, large[0]?.bytes]);
    expect(wholeBody(message)).toEqual(Buffer.concat(chunksOf(message)));
  });

  it('is read without a version and an id, which servers may leave out', () => {
    const body = Buffer.from('{"model_name":"m","outputs":[]}');
    expect(decodeInferReply(body.length, body)).toEqual({ modelName: 'm', modelVersion: undefined, id: undefined, outputs: [] });
  });

  it('cannot have bytes that are not UTF-8 in JSON', () => {
    const raw = packRows(schemaOf({ raw: bytes }, 'test'), [{ raw: Uint8Array.of(255) }]);
    expect(() => encodeInferReply({ ...reply, outputs: raw }, () => false)).toThrow(
      '[TENSOR_INVALID] the tensor "raw" has bytes in element 0 that are not UTF-8, which has no form in JSON',
    );
  });
});

describe('the error of a server', () => {
  it.each([
    ['{"error":"no such model"}', 'no such model'],
    ['{"error":{"code":7}}', '{"code":7}'],
    ['<html>', 'the answer is "<html>"'],
    ['', 'the answer is empty'],
    ['null', 'the answer is "null"'],
  ])('in %s is %s', (body, said) => expect(errorTextOf(Buffer.from(body))).toBe(said));
});
