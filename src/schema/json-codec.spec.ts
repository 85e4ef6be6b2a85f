import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaAndRow } from '../../test/support/column-samples.ts';
import {
  type AnyRow,
  bytes,
  type Columns,
  float32,
  float64,
  int32,
  int64,
  json,
  list,
  nullable,
  record,
  type Schema,
  schemaOf,
  specOf,
  tensor,
  text,
} from './column.ts';
import { plainRowDecoder, rowDecoder, rowFromJson, rowToJson } from './json-codec.ts';
import { rowWriter } from './json-writer.ts';
import type { Tensor } from './tensor.ts';
import { rowProblem } from './validate.ts';

const read = (columns: Columns, value: unknown) => rowFromJson(schemaOf(columns, 'test'), value);
const write = (columns: Columns, row: AnyRow) => JSON.stringify(rowToJson(schemaOf(columns, 'test'), row));

describe('rowFromJson', () => {
  it('reads bytes from base64', () => {
    expect(read({ b: bytes }, { b: 'AQL/' })).toEqual({ b: new Uint8Array([1, 2, 255]) });
    expect(read({ b: bytes }, { b: '' })).toEqual({ b: new Uint8Array() });
  });

  it('gives bytes memory of their own, which can be transferred', () => {
    const row = read({ b: bytes }, { b: 'AQL/' }) as { b: Uint8Array };
    expect(row.b.buffer.byteLength).toBe(3);
  });

  it.each(['A', 'AQI', 'AQ=', 'AQL_', 'AQ L/', 'AQL/\n', 'AR==', 'Ł==='])('does not read bytes from "%s"', (b) => {
    expect(read({ b: bytes }, { b })).toBe(
      `column "b" must be bytes but is ${JSON.stringify(b).replace('\\n', '\n')}, which is not base64`,
    );
  });

  it('reads int64 from a string and from a number that JSON has not rounded', () => {
    expect(read({ i: int64 }, { i: '-9223372036854775808' })).toEqual({ i: -(2n ** 63n) });
    expect(read({ i: int64 }, { i: 7 })).toEqual({ i: 7n });
    expect(read({ i: int64 }, { i: 2 ** 53 })).toBe(
      'column "i" must be int64 but is the number 9007199254740992, which may have been rounded: send it as a string',
    );
    expect(read({ i: int64 }, { i: '9223372036854775808' })).toBe('column "i" must be int64 but is "9223372036854775808"');
  });

  it('reads NaN and infinities from strings, and takes no infinity that nobody wrote', () => {
    expect(read({ a: float32, b: float64, c: float64 }, { a: 'NaN', b: 'Infinity', c: '-Infinity' })).toEqual({
      a: Number.NaN,
      b: Number.POSITIVE_INFINITY,
      c: Number.NEGATIVE_INFINITY,
    });
    expect(read({ a: float64 }, JSON.parse('{"a":1e999}'))).toBe('column "a" must be float64 but is the number Infinity');
  });

  it('reads tensors from their fields and from nested arrays', () => {
    const image = { image: tensor('FP32', [2, -1]) };
    const expected = { image: { datatype: 'FP32', shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) } };
    expect(read(image, { image: { datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] } })).toEqual(expected);
    expect(
      read(image, {
        image: [
          [1, 2],
          [3, 4],
        ],
      }),
    ).toEqual(expected);
  });

  it('reads a tensor without dimensions from a bare element', () => {
    expect(read({ t: tensor('INT64', []) }, { t: '5' })).toEqual({ t: { datatype: 'INT64', shape: [], data: new BigInt64Array([5n]) } });
    expect(read({ t: tensor('FP32', []) }, { t: [5] })).toBe('column "t" element 0 must be FP32 but is an array of 1');
  });

  it('reads tensors without elements', () => {
    expect(read({ t: tensor('FP32', [-1, 3]) }, { t: [] })).toEqual({ t: { datatype: 'FP32', shape: [0, 3], data: new Float32Array() } });
    expect(read({ t: tensor('FP32', [2, -1]) }, { t: [[], []] })).toEqual({
      t: { datatype: 'FP32', shape: [2, 0], data: new Float32Array() },
    });
  });

  it('names the element that does not fit', () => {
    expect(read({ t: tensor('UINT8', [-1]) }, { t: [0, 256] })).toBe('column "t" element 1 must be UINT8 but is the number 256');
    expect(read({ t: tensor('INT64', [-1]) }, { t: ['x'] })).toBe(
      'column "t" element 0 must be INT64, as a string or a safe number, but is "x"',
    );
    expect(read({ t: tensor('FP32', [-1]) }, { t: [1e39] })).toBe('column "t" element 0 must be FP32 but is the number 1e+39');
    expect(read({ l: list(list(int32)) }, { l: [[1], [2, '3']] })).toBe('column "l" element 1 element 1 must be int32 but is "3"');
    expect(read({ r: record({ a: record({ b: text }) }) }, { r: { a: { b: 1 } } })).toBe(
      'column "r" is a record whose column "a" is a record whose column "b" must be text but is the number 1',
    );
  });

  it('says what shape nested arrays make', () => {
    const image = { image: tensor('FP32', [2, -1]) };
    expect(read(image, { image: [[1], [2], [3]] })).toBe('column "image" must be FP32 [2,-1] but its arrays make [3,1]');
    expect(read(image, { image: [[1, 2], [3]] })).toBe('column "image" must be FP32 [2,-1] but its arrays have different lengths');
    expect(read(image, { image: [1, 2] })).toBe('column "image" must be FP32 [2,-1] but its arrays are nested 1 deep');
    expect(read(image, { image: [[[1]], [[2]]] })).toContain('element 0 must be FP32 but is an array of 1');
  });

  it('takes null only where it may be', () => {
    expect(read({ a: nullable(bytes) }, { a: null })).toEqual({ a: null });
    expect(read({ a: bytes }, { a: null })).toBe('column "a" must be bytes but is null');
    expect(read({ a: list(nullable(int64)) }, { a: [null, 1] })).toEqual({ a: [null, 1n] });
  });

  it('names a missing column, and what it may have been written as', () => {
    expect(read({ label: text, id: int32 }, { id: 1 })).toBe('column "label" (text) is missing');
    expect(read({ label: text }, { labl: 'a' })).toBe('column "label" (text) is missing (there is "labl", which is not a column)');
  });

  it('names a column too many', () => {
    expect(read({ label: text }, { label: 'a', other: 1 })).toBe('column "other" is not one of the columns, which are "label"');
  });

  it('never quotes a name at length', () => {
    expect(String(read({ label: text }, { label: 'a', ['x'.repeat(1e6)]: 1 })).length).toBeLessThan(200);
  });

  it('is not deceived by names that every object has', () => {
    expect(read({ constructor: text }, {})).toBe('column "constructor" (text) is missing');
    expect(read({ constructor: text }, { constructor: 'a' })).toEqual({ constructor: 'a' });
    expect(read({ a: text }, JSON.parse('{"a":"x","__proto__":{"b":1}}'))).toContain('column "__proto__" is not one of the columns');
    expect(read({ a: text }, JSON.parse('{"__proto__":{"a":"x"}}'))).toContain('column "a" (text) is missing');
  });

  it.each([null, undefined, 1, 'a', true, [], [{ a: 'x' }]])('does not take %j for a row', (value) => {
    expect(read({ a: text }, value)).toContain('a row must be an object');
  });
});

describe('a json column', () => {
  const schemaWith = (validate: (value: unknown) => unknown) =>
    // Only some of these are what the standard allows.
    json({ '~standard': { version: 1, vendor: 'test', validate: validate as never } });

  it('gives what its schema makes of the value', () => {
    expect(read({ a: schemaWith((value) => ({ value: [value] })) }, { a: 1 })).toEqual({ a: [1] });
  });

  it('says the first issue, where it lies, and how many more there are', () => {
    const issues = [{ message: 'must be a number', path: ['items', { key: 0 }, 'price'] }, { message: 'x' }];
    expect(read({ a: schemaWith(() => ({ issues })) }, { a: 1 })).toBe(
      'column "a" does not fit its schema: must be a number at items.0.price, and 1 more',
    );
  });

  it('does not take a schema that validates asynchronously, or throws', () => {
    expect(() => read({ a: schemaWith(async () => ({ value: 1 })) }, { a: 1 })).toThrow(/COLUMN_INVALID.*asynchronously/);
    expect(() => read({ a: schemaWith(() => Promise.reject(new Error('late'))) }, { a: 1 })).toThrow(/COLUMN_INVALID/);
    const broken = schemaWith(() => {
      throw new Error('broken');
    });
    expect(() => read({ a: broken }, { a: 1 })).toThrow(/COLUMN_INVALID.*broken/);
  });

  it('takes any value where its schema has stayed elsewhere', () => {
    expect(rowFromJson({ a: { kind: 'json', nullable: false } }, { a: { b: [1] } })).toEqual({ a: { b: [1] } });
  });
});

describe('rowToJson', () => {
  it('writes what JSON lacks as strings', () => {
    const row = { b: new Uint8Array([1, 2, 255]), i: 2n ** 62n, f: Number.NaN, g: Number.NEGATIVE_INFINITY };
    expect(write({ b: bytes, i: int64, f: float32, g: float64 }, row)).toBe(
      '{"b":"AQL/","i":"4611686018427387904","f":"NaN","g":"-Infinity"}',
    );
  });

  it('writes half precision as numbers', () => {
    const half: Tensor = { datatype: 'FP16', shape: [3], data: new Uint16Array([0x3c00, 0xc000, 0x7c00]) };
    expect(write({ t: tensor('FP16', [3]) }, { t: half })).toBe('{"t":{"datatype":"FP16","shape":[3],"data":[1,-2,"Infinity"]}}');
  });

  it('writes only a part of a larger buffer', () => {
    expect(write({ b: bytes }, { b: new Uint8Array([9, 1, 2, 9]).subarray(1, 3) })).toBe('{"b":"AQI="}');
  });

  it('does not copy rows that are JSON already', () => {
    const row = { a: 'x', n: 1 };
    expect(rowToJson(schemaOf({ a: text, n: int32 }, 'test'), row)).toBe(row);
  });
});

describe('a row that goes through JSON', () => {
  it('comes back the same, for any schema', () => {
    fc.assert(
      fc.property(schemaAndRow, ({ schema, row }) => {
        expect(rowProblem(schema, row)).toBeNull();
        const back = rowDecoder(schema)(JSON.parse(JSON.stringify(rowToJson(schema, row))));
        expect(back).toEqual(row);
      }),
      { numRuns: 500 },
    );
  });

  it('fits its schema whenever it is taken, whatever was sent', () => {
    fc.assert(
      fc.property(schemaAndRow, fc.json(), fc.nat(), ({ schema, row }, other, at) => {
        const sent = { ...JSON.parse(JSON.stringify(rowToJson(schema, row))) };
        const names = Object.keys(schema);
        sent[names[at % names.length] ?? ''] = JSON.parse(other);
        const back = rowDecoder(schema)(sent);
        if (typeof back !== 'string') expect(rowProblem(schema, back)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is generated for a schema', () => {
  it('reads and refuses as column by column, whatever was sent', () => {
    fc.assert(
      fc.property(schemaAndRow, spoiling, ({ schema, row }, spoil) => {
        const sent = spoil(JSON.parse(JSON.stringify(rowToJson(schema, row))));
        expect(rowDecoder(schema)(sent)).toEqual(plainRowDecoder(schema)(sent));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes the text that JSON.stringify writes of encoded rows', () => {
    fc.assert(
      fc.property(schemaAndRow, ({ schema, row }) => {
        expect(rowWriter(schema)(row)).toBe(JSON.stringify(rowToJson(schema, row)));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['constructor', 'toString', '__proto__', 'a"b', "a'b", 'a\\b', '*/', '\u2028', '\ud800', 'a\nb', '"]; throw 1; ["'])(
    'takes the name %j for no more than a name',
    (name) => {
      const schema: Schema = Object.fromEntries([[name, specOf(int32, 'test')]]);
      const row = JSON.parse(`{${JSON.stringify(name)}:7}`) as AnyRow;
      const back = rowDecoder(schema)(row);
      expect(Object.entries(back)).toEqual([[name, 7]]);
      expect(rowWriter(schema)(row)).toBe(JSON.stringify(row));
      expect(rowDecoder(schema)({})).toBe(plainRowDecoder(schema)({}));
    },
  );

  it('writes numbers that JSON lacks as strings, also in lists', () => {
    const write = rowWriter(schemaOf({ a: float64, b: list(nullable(float32)), c: nullable(float64) }, 'test'));
    const row = { a: Number.NaN, b: [1, Number.NEGATIVE_INFINITY, null], c: null };
    expect(write(row)).toBe('{"a":"NaN","b":[1,"-Infinity",null],"c":null}');
  });

  it('leaves out what a value of a json column does not want to be written', () => {
    const write = rowWriter({ a: { kind: 'json', nullable: false }, b: { kind: 'bool', nullable: false } });
    expect(write({ a: { toJSON: () => undefined }, b: true })).toBe('{"b":true}');
  });
});

/** Makes something else of what was sent: another value, a name too many, one too few; or leaves it. */
const spoiling: fc.Arbitrary<(sent: Record<string, unknown>) => unknown> = fc
  .tuple(fc.constantFrom('leave', 'replace', 'add', 'remove', 'other'), fc.nat(), fc.json(), fc.string())
  .map(([how, at, other, extra]) => (sent) => {
    const name = Object.keys(sent)[at % Math.max(1, Object.keys(sent).length)] ?? '';
    if (how === 'other') return JSON.parse(other) as unknown;
    if (how === 'replace') return { ...sent, [name]: JSON.parse(other) as unknown };
    if (how === 'add') return { ...sent, [extra]: 1 };
    const { [name]: _, ...rest } = sent;
    return how === 'remove' ? rest : sent;
  });
