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
  schemaOf,
  specOf,
  tensor,
  text,
} from './column.ts';
import { rowChecker } from './row-checker.ts';
import { rowProblem, valueProblem } from './validate.ts';

const anything = json({ '~standard': { version: 1, vendor: 'example', validate: (value) => ({ value }) } });
const problem = (column: AnyColumn, value: unknown) => valueProblem(specOf(column, 'spec'), value);
const fp32 = (shape: readonly number[], count: number) => ({ datatype: 'FP32', shape, data: new Float32Array(count) });

describe('a value', () => {
  it.each<[string, AnyColumn, readonly unknown[]]>([
    ['text', text, ['', 'cat']],
    ['bytes', bytes, [new Uint8Array(0), Buffer.from('cat')]],
    ['bool', bool, [true, false]],
    ['int32', int32, [0, -0, -(2 ** 31), 2 ** 31 - 1]],
    ['int64', int64, [0n, -(2n ** 63n), 2n ** 63n - 1n]],
    ['float32', float32, [0, 0.1, Number.NaN, Number.POSITIVE_INFINITY]],
    ['float64', float64, [0, 0.1, Number.NaN, Number.NEGATIVE_INFINITY]],
    ['json', anything, [null, 0, '', {}, []]],
    ['a tensor', tensor('FP32', [2, 3]), [fp32([2, 3], 6)]],
    ['a dynamic tensor', tensor('FP32', [-1, 3]), [fp32([0, 3], 0), fp32([5, 3], 15)]],
    ['a scalar tensor', tensor('FP32', []), [fp32([], 1)]],
    ['a tensor of bytes', tensor('BYTES', [2]), [{ datatype: 'BYTES', shape: [2], data: [new Uint8Array(1), new Uint8Array(2)] }]],
    ['a list', list(int32), [[], [1, 2]]],
    ['a list with nulls', list(nullable(int32)), [[null, 1]]],
    ['a record', record({ a: text, b: nullable(int32) }), [{ a: 'x', b: null }, Object.assign(Object.create(null), { a: 'x', b: 1 })]],
    ['a nullable column', nullable(text), [null, 'x']],
  ])('of %s is taken', (_, column, values) => {
    expect(values.map((value) => problem(column, value))).toEqual(values.map(() => null));
  });

  it.each<[AnyColumn, unknown, string]>([
    [text, 7, 'must be text but is the number 7'],
    [text, null, 'must be text but is null'],
    [nullable(text), 7, 'must be text or null but is the number 7'],
    [nullable(text), undefined, 'must be text or null but is undefined'],
    [bytes, 'cat', 'must be bytes but is "cat"'],
    [bytes, [1, 2], 'must be bytes but is an array of 2'],
    [bytes, new Uint16Array(2), 'must be bytes but is a Uint16Array'],
    [bool, 1, 'must be bool but is the number 1'],
    [int32, 1.5, 'must be int32 but is the number 1.5'],
    [int32, 2 ** 31, 'must be int32 but is the number 2147483648'],
    [int32, Number.NaN, 'must be int32 but is the number NaN'],
    [int32, 1n, 'must be int32 but is the bigint 1n'],
    [int64, 1, 'must be int64 but is the number 1'],
    [int64, 2n ** 63n, 'must be int64 but is the bigint 9223372036854775808n'],
    [float32, '0.5', 'must be float32 but is "0.5"'],
    [float64, 1n, 'must be float64 but is the bigint 1n'],
    [anything, undefined, 'must be json but is undefined'],
    [list(int32), 'cat', 'must be list of int32 but is "cat"'],
    [list(int32), new Int32Array(2), 'must be list of int32 but is an Int32Array'],
    [list(int32), [1, 'x', 'y'], 'element 1 must be int32 but is "x"'],
    [list(list(text)), [[], ['a', 1]], 'element 1 element 1 must be text but is the number 1'],
    [record({ a: text }), 7, 'must be record {a: text}: a row must be an object but is the number 7'],
    [record({ a: text }), {}, 'must be record {a: text}: column "a" (text) is missing'],
    [record({ a: text }), { a: 1 }, 'must be record {a: text}: column "a" must be text but is the number 1'],
    [record({ a: text }), { a: '', b: 1 }, 'must be record {a: text}: column "b" is not one of the columns, which are "a"'],
  ])('that does not fit is said in a sentence, case %#', (column, value, sentence) => {
    expect(problem(column, value)).toBe(sentence);
  });
});

describe('an array whose memory has gone elsewhere', () => {
  const transferred = <T extends ArrayBufferView>(view: T): T => {
    structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
    return view;
  };
  const gone = 'its memory has been transferred, or handed over with an earlier request; a stage must copy what it keeps of its rows';

  it('is no value, though it looks like an empty one', () => {
    const data = transferred(new Uint8Array(2));
    expect(problem(bytes, data)).toBe(`must be bytes but is empty: ${gone}`);
    expect(problem(list(bytes), [data])).toBe(`element 0 must be bytes but is empty: ${gone}`);
    expect(problem(tensor('BYTES', [1]), { datatype: 'BYTES', shape: [1], data: [data] })).toBe(`is empty: ${gone}`);
    expect(problem(tensor('FP32', [-1]), { datatype: 'FP32', shape: [0], data: transferred(new Float32Array(0)) })).toBe(
      `is empty: ${gone}`,
    );
    expect(rowChecker(schemaOf({ data: bytes }, 'spec'))({ data })).toBe(false);
  });
});

describe('a tensor', () => {
  const column = tensor('FP32', [2, -1]);

  it.each<[unknown, string]>([
    [null, 'must be FP32 [2,-1] but is null'],
    [new Float32Array(6), 'must be FP32 [2,-1] but is a Float32Array without the fields datatype, shape and data of a tensor'],
    [[[1, 2]], 'must be FP32 [2,-1] but is an array of 1 without the fields datatype, shape and data of a tensor'],
    [
      { ...fp32([2, 3], 6), datatype: 'FLOAT' },
      'must be FP32 [2,-1] but is an object without the fields datatype, shape and data of a tensor',
    ],
    [
      { ...fp32([2, 3], 6), shape: [2, -1] },
      'must be FP32 [2,-1] but is an object without the fields datatype, shape and data of a tensor',
    ],
    [{ ...fp32([2, 3], 6), shape: '2,3' }, 'must be FP32 [2,-1] but is an object without the fields datatype, shape and data of a tensor'],
    [{ ...fp32([2, 3], 6), datatype: 'FP64' }, 'must be FP32 [2,-1] but is FP64 [2,3]'],
    [fp32([3, 2], 6), 'must be FP32 [2,-1] but is FP32 [3,2]'],
    [fp32([2, 3, 1], 6), 'must be FP32 [2,-1] but is FP32 [2,3,1]'],
    [fp32([2, 3], 5), 'is FP32 [2,3], so its data must have 6 elements but has 5'],
    [{ ...fp32([2, 3], 6), data: new Float64Array(6) }, 'is FP32 [2,3], so its data must be a Float32Array but is a Float64Array'],
    [{ ...fp32([2, 3], 6), data: [1, 2, 3, 4, 5, 6] }, 'is FP32 [2,3], so its data must be a Float32Array but is an array of 6'],
    [{ datatype: 'FP32', shape: [2, 3] }, 'is FP32 [2,3], so its data must be a Float32Array but is undefined'],
  ])('that does not fit is said in a sentence, case %#', (value, sentence) => {
    expect(problem(column, value)).toBe(sentence);
  });

  it('of byte strings holds byte strings', () => {
    const value = { datatype: 'BYTES', shape: [2], data: [new Uint8Array(1), 'x'] };
    expect(problem(tensor('BYTES', [2]), value)).toBe('is BYTES, so each element must be a Uint8Array but one is "x"');
  });
});

describe('a row', () => {
  const schema = schemaOf({ label: text, score: nullable(float32) }, 'spec');

  it('has exactly the declared columns, in any order', () => {
    expect(rowProblem(schema, { score: null, label: 'cat' })).toBeNull();
    expect(rowProblem({}, {})).toBeNull();
  });

  it.each<[unknown, string]>([
    ['cat', 'a row must be an object but is "cat"'],
    [null, 'a row must be an object but is null'],
    [[], 'a row must be an object but is an array of 0'],
    [{ score: 1 }, 'column "label" (text) is missing'],
    [{ label: 'cat' }, 'column "score" (float32 or null) is missing'],
    [{ label: 'cat', score: undefined }, 'column "score" must be float32 or null but is undefined'],
    [{ label: 'cat', score: '1' }, 'column "score" must be float32 or null but is "1"'],
    [{ label: 'cat', score: 1, scor: 2 }, 'column "scor" is not one of the columns, which are "label", "score"'],
  ])('that has not is said in a sentence, case %#', (row, sentence) => expect(rowProblem(schema, row)).toBe(sentence));

  it('does not have a column by what every object has', () => {
    expect(rowProblem(schemaOf({ constructor: text }, 'spec'), {})).toBe('column "constructor" (text) is missing');
    expect(rowProblem(schemaOf({ toString: text }, 'spec'), { toString: 'x' })).toBeNull();
    expect(rowProblem({}, { valueOf: 1 })).toBe('column "valueOf" is not one of the columns, which are none');
  });
});
