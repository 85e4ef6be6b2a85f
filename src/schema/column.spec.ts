import { describe, expect, it } from 'vitest';
import {
  bool,
  bytes,
  checkName,
  describeValue,
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
import { printColumn } from './fit.ts';

const schema = { '~standard': { version: 1, vendor: 'example', validate: (value: unknown) => ({ value }) } } as const;
const untyped = { tensor, list, record, nullable, json } as unknown as Readonly<
  Record<'tensor' | 'list' | 'record' | 'nullable' | 'json', (...args: unknown[]) => unknown>
>;
const printed = (column: unknown) => printColumn(specOf(column, 'spec'));

describe('a column', () => {
  it('is plain data that cannot be changed', () => {
    expect(text).toEqual({ kind: 'text', nullable: false });
    expect([text, tensor('FP32', [3]), list(text), nullable(text), record({ a: text })].every(Object.isFrozen)).toBe(true);
  });

  it('is of each kind', () => {
    const all = [
      text,
      bytes,
      bool,
      int32,
      int64,
      float32,
      float64,
      tensor('FP32', [3, -1]),
      list(int32),
      record({ a: text }),
      json(schema),
    ];
    expect(all.map(printed).join(', ')).toBe(
      'text, bytes, bool, int32, int64, float32, float64, FP32 [3,-1], list of int32, record {a: text}, json',
    );
  });

  it('is nullable by nullable alone, which changes nothing else', () => {
    expect(printed(nullable(list(nullable(text))))).toBe('list of text or null or null');
    expect(nullable(nullable(text))).toEqual(nullable(text));
    expect(text).toEqual({ kind: 'text', nullable: false });
  });

  it('of tensors does not change with the array it was made from', () => {
    const shape = [3, 8];
    const column = tensor('FP32', shape);
    shape[0] = 4;
    expect(printed(column)).toBe('FP32 [3,8]');
  });

  it('of records may have none, and keeps the order of its fields', () => {
    expect(printed(record({}))).toBe('record {}');
    expect(printed(record({ b: text, a: int32 }))).toBe('record {b: text, a: int32}');
  });
});

describe('what is not a column', () => {
  it.each([
    [() => untyped.tensor('FLOAT', [3]), 'tensor: "FLOAT" is not a datatype'],
    [() => untyped.tensor('FP32', [3.5]), 'tensor: 3.5 is not a shape'],
    [() => untyped.tensor('FP32', [-2]), 'tensor: -2 is not a shape'],
    [() => untyped.tensor('FP32'), 'tensor: undefined is not a shape'],
    [() => untyped.tensor(), 'tensor: "undefined" is not a datatype'],
    [() => untyped.list('text'), 'list: "text" is not a column'],
    [() => untyped.list(), 'list: undefined is not a column'],
    [() => untyped.nullable(String), 'nullable: a function is not a column'],
    [() => untyped.record(text), 'record: column "kind": "text" is not a column'],
    [() => untyped.record({ a: { kind: 'txt', nullable: false } }), 'record: column "a": an object is not a column'],
    [() => untyped.record(null), 'record: null is not an object of columns such as { label: text }'],
    [() => untyped.record({ '': text }), 'record: "" cannot be the name of a column'],
    [() => untyped.record({ ['__proto__']: text }), 'record: "__proto__" cannot be the name of a column'],
    [() => untyped.json({}), 'json: the argument is not a Standard Schema'],
    [() => untyped.json(null), 'json: the argument is not a Standard Schema'],
  ])('is refused, case %#: %s %s', (make, problem) => {
    expect(make).toThrow(expect.objectContaining({ code: 'COLUMN_INVALID', problem }));
  });
});

describe('a schema', () => {
  it('keeps the order of its columns and cannot be changed', () => {
    const made = schemaOf({ b: text, a: int32 }, 'spec');
    expect(Object.keys(made)).toEqual(['b', 'a']);
    expect(Object.isFrozen(made)).toBe(true);
  });

  it('names the place of what is wrong', () => {
    expect(() => schemaOf({ a: 1 }, 'map: output')).toThrow('map: output: column "a": the number 1 is not a column');
    expect(() => schemaOf([text], 'map: output')).toThrow('map: output: an array of 1 is not an object of columns');
  });

  it('takes any name but two', () => {
    for (const name of ['constructor', 'a b', 'ä', '0']) expect(() => checkName(name, 'spec')).not.toThrow();
    for (const name of ['', '__proto__']) expect(() => checkName(name, 'spec')).toThrow('cannot be the name of a column');
  });
});

describe('a value in a sentence', () => {
  class Image {}
  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [7, 'the number 7'],
    [-0, 'the number -0'],
    [Number.NaN, 'the number NaN'],
    [7n, 'the bigint 7n'],
    ['cat', '"cat"'],
    ['x'.repeat(41), 'a string of 41 characters'],
    [() => 0, 'a function'],
    [Symbol('x'), 'a symbol'],
    [[1, 2], 'an array of 2'],
    [{ a: 1 }, 'an object'],
    [Object.create(null), 'an object'],
    [new Image(), 'an Image'],
    [new Uint8Array(3), 'a Uint8Array'],
    [new Int8Array(3), 'an Int8Array'],
    [new Map(), 'a Map'],
    [{ constructor: 3 }, 'an object'],
  ])('%# is described', (value, words) => expect(describeValue(value)).toBe(words));
});
