import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaAndRow } from '../../../test/support/column-samples.ts';
import { int32, schemaOf, tensor, text } from '../../schema/column.ts';
import { packRows, rowUnpacker } from '../../wire/wire-rows.ts';
import { decodeInferHead, encodeInferRequest, inferRequestOf } from './infer-request.ts';
import { wholeBody } from './message-body.ts';
import type { InferRequest } from './messages.ts';

const decodeInferRequest = (jsonBytes: number, body: Buffer, mayMove = false): InferRequest =>
  inferRequestOf(decodeInferHead(jsonBytes, body), body, jsonBytes, mayMove);
const json = (value: unknown, blobs = ''): InferRequest => {
  const header = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return decodeInferRequest(header.length, Buffer.concat([header, Buffer.from(blobs, 'hex')]));
};
const one = (input: object, blobs = ''): InferRequest => json({ inputs: [{ name: 'x', shape: [1], datatype: 'INT32', ...input }] }, blobs);
const hex = ({ inputs }: InferRequest): string => inputs.map(({ bytes }) => Buffer.from(bytes).toString('hex')).join(' ');

describe('an infer request', () => {
  it('is read as it was written, for any rows', () => {
    const property = fc.property(schemaAndRow, fc.boolean(), fc.string({ minLength: 1 }), ({ schema, row }, isBinary, id) => {
      const inputs = packRows(schema, [row]);
      const hasHalf = inputs.some(({ datatype }) => datatype === 'FP16' || datatype === 'BF16');
      const hasBytes = Object.values(schema).some(
        (column) => column.kind === 'bytes' || (column.kind === 'tensor' && column.datatype === 'BYTES'),
      );
      // In single precision it is -0, whose sign JSON loses.
      const hasTiny = Object.values(row).some((value) => typeof value === 'number' && value < 0 && Math.fround(value) === 0);
      if (!isBinary && (hasHalf || hasBytes || hasTiny)) return;
      const message = encodeInferRequest({ inputs, outputs: ['a'], id, timeoutUs: 5, isBinary });
      const read = decodeInferRequest(message.jsonBytes ?? message.byteLength, wholeBody(message));
      expect(rowUnpacker(schema)(read.inputs, 1)).toEqual(rowUnpacker(schema)(inputs, 1));
      expect(read).toMatchObject({ id, parameters: { timeout: 5 }, outputs: [{ name: 'a', isBinary: isBinary || undefined }] });
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('is JSON that says which bytes follow it', () => {
    const inputs = packRows(schemaOf({ a: int32, b: text }, 'test'), [{ a: 1, b: 'é' }]);
    const message = encodeInferRequest({ inputs, isBinary: true });
    const { jsonBytes } = message;
    expect(wholeBody(message).toString('utf8', 0, jsonBytes)).toMatchInlineSnapshot(
      `"{"parameters":{"binary_data_output":true},"inputs":[{"name":"a","datatype":"INT32","shape":[1],"parameters":{"binary_data_size":4}},{"name":"b","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":6}}]}"`,
    );
    expect(wholeBody(message).subarray(jsonBytes).toString('hex')).toBe('0100000002000000c3a9');
    expect(wholeBody(encodeInferRequest({ inputs, isBinary: false })).toString()).toMatchInlineSnapshot(
      `"{"parameters":{},"inputs":[{"name":"a","datatype":"INT32","shape":[1],"data":[1]},{"name":"b","datatype":"BYTES","shape":[1],"data":["é"]}]}"`,
    );
  });

  it('takes elements flat and in nested arrays', () => {
    const nested = {
      shape: [2, 2],
      data: [
        [1, 2],
        [3, 4],
      ],
    };
    expect(hex(one(nested))).toBe('01000000020000000300000004000000');
    expect(hex(one({ ...nested, data: [1, 2, 3, 4] }))).toBe(hex(one(nested)));
  });

  it('reads 64-bit integers exactly, which JSON.parse would round', () => {
    const read = json(
      '{"inputs":[{"name":"a","shape":[2],"datatype":"INT64","data":[9223372036854775807,-9223372036854775808]},{"name":"b","shape":[1,1],"datatype":"UINT64","data":[[18446744073709551615]]},{"name":"c","shape":[1],"datatype":"FP64","data":[9007199254740993]}]}',
    );
    expect(hex(read)).toBe('ffffffffffffff7f0000000000000080 ffffffffffffffff 0000000000004043');
  });

  it('has tensors in JSON beside tensors in bytes, in the order of the list', () => {
    const inputs = [
      { name: 'a', shape: [1], datatype: 'INT16', parameters: { binary_data_size: 2 } },
      { name: 'b', shape: [1], datatype: 'BYTES', data: ['é'] },
      { name: 'c', shape: [2], datatype: 'FP16', parameters: { binary_data_size: 4 } },
      { name: 'd', shape: [0], datatype: 'FP32', parameters: { binary_data_size: 0 } },
    ];
    expect(hex(json({ inputs }, '0100003c0040'))).toBe('0100 02000000c3a9 003c0040 ');
  });

  it('takes null and an empty id for what is absent, as clients send them', () => {
    const inputs = [{ name: 'x', shape: [1], datatype: 'INT32', parameters: null, data: [1] }];
    expect(json({ id: null, parameters: null, inputs, outputs: null })).toMatchObject({
      id: undefined,
      parameters: {},
      outputs: undefined,
    });
    expect(json({ id: '', inputs, outputs: [] })).toMatchObject({ id: undefined, outputs: undefined });
  });

  it.each<[string, () => InferRequest, string]>([
    ['no body', () => json(''), '[BODY_INVALID] the body is empty'],
    ['no JSON', () => json('{'), '[BODY_INVALID] the body is not JSON: '],
    ['no object', () => json([]), '[BODY_INVALID] the JSON of the body must be an object but is an array of 0'],
    ['no UTF-8', () => decodeInferRequest(1, Buffer.of(255)), '[BODY_INVALID] the JSON of the body is not valid UTF-8'],
    ['no inputs', () => json({}), '[BODY_INVALID] "inputs" must be an array of tensors but is missing'],
    ['an input that is none', () => json({ inputs: [7] }), '[BODY_INVALID] input 0 must be an object but is the number 7'],
    ['an input without a name', () => json({ inputs: [{}] }), '[BODY_INVALID] input 0 must have a name but its name is missing'],
    ['an id that is no string', () => json({ id: 7, inputs: [] }), '[BODY_INVALID] "id" must be a string but is the number 7'],
    [
      'an unknown datatype',
      () => one({ datatype: 'FLOAT' }),
      '[TENSOR_INVALID] input "x" must have a datatype of the protocol, such as FP32, but its datatype is "FLOAT"',
    ],
    [
      'a negative length',
      () => one({ shape: [1, -1] }),
      '[TENSOR_INVALID] input "x" must have a shape of whole numbers of at least 0 but its shape is [1,-1]',
    ],
    ['no shape', () => one({ shape: 'x' }), 'but its shape is "x"'],
    ['no data', () => one({}), '[TENSOR_INVALID] input "x" must have data, an array, or binary_data_size, but its data is missing'],
    [
      'both',
      () => one({ data: [], parameters: { binary_data_size: 0 } }),
      '[TENSOR_INVALID] input "x" must have data or binary_data_size but has both',
    ],
    [
      'too few elements',
      () => one({ data: [] }),
      '[TENSOR_INVALID] input "x" is INT32 and must have 1 elements, as its shape [1] says, but has 0',
    ],
    [
      'arrays too deep',
      () => one({ data: [[1]] }),
      '[TENSOR_INVALID] input "x" is INT32 and has arrays more than 1 deep, though its shape is [1]',
    ],
    [
      'an element of another type',
      () => one({ data: [1.5] }),
      '[TENSOR_INVALID] input "x" is INT32 and element 0 must be INT32 but is the number 1.5',
    ],
    [
      'a text that is none',
      () => one({ datatype: 'BYTES', data: [7] }),
      '[TENSOR_INVALID] input "x" is BYTES and element 0 must be a string but is the number 7',
    ],
    [
      'half precision in JSON',
      () => one({ datatype: 'BF16', data: [1] }),
      '[TENSOR_INVALID] input "x" is BF16 and must be binary: FP16 and BF16 have no form in JSON',
    ],
    [
      'an integer beyond its type',
      () => json('{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[9223372036854775808]}]}'),
      '[TENSOR_INVALID] input "x" is INT64 and element 0 must be INT64',
    ],
    [
      'too few bytes',
      () => one({ parameters: { binary_data_size: 4 } }, '0000'),
      '[TENSOR_INVALID] input "x" must have 4 bytes after the JSON, its binary_data_size, but 2 are left',
    ],
    [
      'too many bytes',
      () => one({ parameters: { binary_data_size: 4 } }, '0000000000'),
      '[BODY_INVALID] the body has 1 bytes after the last of its tensors',
    ],
    [
      'a size that is none',
      () => one({ parameters: { binary_data_size: -1 } }),
      '[TENSOR_INVALID] input "x" must have a whole number as binary_data_size but has the number -1',
    ],
    [
      'shared memory',
      () => one({ parameters: { shared_memory_region: 'r' } }),
      '[EXTENSION_UNSUPPORTED] input "x" lies in shared memory, which is not served',
    ],
    ['an output without a name', () => json({ inputs: [], outputs: [{}] }), '[BODY_INVALID] output 0 must have a name'],
    [
      'a classification',
      () => json({ inputs: [], outputs: [{ name: 'y', parameters: { classification: 3 } }] }),
      '[EXTENSION_UNSUPPORTED] output "y" is asked for as a classification',
    ],
    [
      'a flag that is none',
      () => json({ inputs: [], outputs: [{ name: 'y', parameters: { binary_data: 1 } }] }),
      '[BODY_INVALID] binary_data of output "y" must be true or false but is the number 1',
    ],
  ])('is refused with %s', (_, read, sentence) => expect(read).toThrow(sentence));

  it('gives tensors that are views of the body', () => {
    const body = Buffer.concat([
      Buffer.from('{"inputs":[{"name":"x","shape":[1],"datatype":"INT32","parameters":{"binary_data_size":4}}]}'),
      Buffer.alloc(4),
    ]);
    expect(decodeInferRequest(body.length - 4, body).inputs[0]?.bytes.buffer).toBe(body.buffer);
  });

  it('may move tensors in the body to where arrays of their numbers may begin, whatever lies before and after them', () => {
    const blob = fc.tuple(fc.constantFrom('INT8', 'INT16', 'FP32', 'INT64', 'BYTES'), fc.uint8Array({ maxLength: 24 }));
    const property = fc.property(fc.array(blob, { maxLength: 5 }), fc.nat({ max: 7 }), (blobs, offset) => {
      const inputs = blobs.map(([datatype, { length }]) => ({ name: 'x', shape: [1], datatype, parameters: { binary_data_size: length } }));
      const header = Buffer.from(JSON.stringify({ inputs }));
      const body = Buffer.concat([Buffer.alloc(offset), header, ...blobs.map(([, octets]) => octets)]).subarray(offset);
      const read = decodeInferRequest(header.length, body, true).inputs;
      expect(read.map(({ bytes }) => [...bytes])).toEqual(blobs.map(([, octets]) => [...octets]));
      expect((read[0]?.bytes.byteOffset ?? 0) % { INT16: 2, FP32: 4, INT64: 8, INT8: 1, BYTES: 1 }[blobs[0]?.[0] ?? 'BYTES']).toBe(0);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('refuses to write in JSON what has no form in it', () => {
    const inputs = packRows(schemaOf({ h: tensor('FP16', [1]) }, 'test'), [
      { h: { datatype: 'FP16', shape: [1], data: Uint16Array.of(1) } },
    ]);
    expect(() => encodeInferRequest({ inputs, isBinary: false })).toThrow(
      '[TENSOR_INVALID] the tensor "h" is FP16, which has no form in JSON',
    );
  });
});
