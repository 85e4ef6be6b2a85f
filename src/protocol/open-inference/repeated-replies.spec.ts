import { describe, expect, it } from 'vitest';
import { float32, schemaOf, tensor, text } from '../../schema/column.ts';
import { packRows } from '../../wire/wire-rows.ts';
import { encodeInferReply } from './infer-reply.ts';
import { wholeBody } from './message-body.ts';
import type { Asked, InferReply } from './messages.ts';
import { RepeatedReplies } from './repeated-replies.ts';

const asked: Asked = { id: 'é', parameters: { binary_data_output: true }, outputs: undefined };

function reply(length: number, scores: readonly number[]): InferReply {
  const schema = schemaOf({ x: tensor('FP32', [-1]), score: float32 }, 'test');
  const rows = scores.map((score) => ({ x: { datatype: 'FP32', shape: [length], data: new Float32Array(length).fill(score) }, score }));
  return { modelName: 'm', modelVersion: '1', id: 'é', outputs: packRows(schema, rows) };
}

describe('the JSON of answers', () => {
  it('is the same as if it were written each time, whatever the shapes', () => {
    const replies = new RepeatedReplies();
    for (const next of [reply(2, [1]), reply(2, [5]), reply(3, [1]), reply(3, [1, 2]), reply(2, [7])]) {
      expect(wholeBody(replies.encode(asked, next))).toEqual(wholeBody(encodeInferReply(next, () => true)));
    }
  });

  it('is not written again for other bytes of the same shapes', () => {
    const replies = new RepeatedReplies();
    const [first, second] = [replies.encode(asked, reply(2, [1])), replies.encode(asked, { ...reply(2, [5]), modelName: 'not read' })];
    expect(second.text).toBe(first.text);
    expect(second.blobs).not.toEqual(first.blobs);
  });

  it('is written again where texts differ in length, and where elements are in it', () => {
    const replies = new RepeatedReplies();
    const inJson: Asked = { ...asked, parameters: {} };
    for (const label of ['a', 'bc']) {
      const next: InferReply = { ...reply(1, [0]), outputs: packRows(schemaOf({ label: text }, 'test'), [{ label }]) };
      expect(wholeBody(replies.encode(asked, next))).toEqual(wholeBody(encodeInferReply(next, () => true)));
      expect(replies.encode(inJson, next).text).toContain(`["${label}"]`);
    }
  });
});
