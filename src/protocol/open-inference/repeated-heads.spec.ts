import { describe, expect, it } from 'vitest';
import { decodeInferHead, type InferHead } from './infer-request.ts';
import { RepeatedHeads } from './repeated-heads.ts';

/** A request of one INT32 whose bytes follow, or whose value is in the JSON. */
function request(id: string, value?: number): { readonly body: Buffer; readonly jsonBytes: number } {
  const where = value === undefined ? { parameters: { binary_data_size: 4 } } : { data: [value] };
  const json = Buffer.from(JSON.stringify({ id, inputs: [{ name: 'x', datatype: 'INT32', shape: [1], ...where }] }));
  return { body: Buffer.concat([json, Buffer.alloc(4)]), jsonBytes: json.length };
}

/** Reads requests one after another; how often each had to be parsed is counted. */
function reader() {
  const heads = new RepeatedHeads();
  let parsed = 0;
  return {
    parsed: () => parsed,
    read({ body, jsonBytes }: ReturnType<typeof request>): InferHead {
      return heads.get(body, jsonBytes, () => {
        parsed++;
        return decodeInferHead(jsonBytes, body);
      });
    },
  };
}

describe('the JSON of requests', () => {
  it('is parsed once where it is the same', () => {
    const { read, parsed } = reader();
    expect(read(request('a'))).toBe(read(request('a')));
    expect(read(request('b')).id).toBe('b');
    expect(read(request('a')).id).toBe('a');
    expect(parsed()).toBe(2);
  });

  it('is parsed each time where it holds values', () => {
    const { read, parsed } = reader();
    const bytesOf = (head: InferHead) => head.inputs.map((input) => 'bytes' in input && input.bytes[0]);
    expect([read(request('a', 1)), read(request('a', 2))].map(bytesOf)).toEqual([[1], [2]]);
    read(request('a', 2));
    expect(parsed()).toBe(3);
  });

  it('is not kept without end, however many clients differ', () => {
    const { read, parsed } = reader();
    for (let i = 0; i < 1000; i++) read(request(String(i)));
    read(request('0'));
    expect(parsed()).toBe(1001);
  });

  it('is another where only its length is', () => {
    const { read, parsed } = reader();
    const { body, jsonBytes } = request('a');
    read({ body, jsonBytes });
    expect(() => read({ body, jsonBytes: jsonBytes - 1 })).toThrow('BODY_INVALID');
    expect(parsed()).toBe(2);
  });
});
