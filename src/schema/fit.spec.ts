import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnyColumn,
  bool,
  bytes,
  type ColumnSpec,
  type Columns,
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
import { columnFits, misfit, nameOf, printColumn, printNames, printSchema, unknownColumn } from './fit.ts';

const anything = json({ '~standard': { version: 1, vendor: 'example', validate: (value) => ({ value }) } });
const plain: readonly AnyColumn[] = [
  text,
  bytes,
  bool,
  int32,
  int64,
  float32,
  float64,
  anything,
  tensor('FP32', [3]),
  list(text),
  record({ a: text }),
];
const fits = (have: AnyColumn, need: AnyColumn) => columnFits(specOf(have, 'spec'), specOf(need, 'spec'));
const problem = (have: Columns, need: Columns) => misfit(schemaOf(have, 'spec'), schemaOf(need, 'spec'));

describe('a column', () => {
  it('fits one of its own kind alone', () => {
    for (const have of plain)
      for (const need of plain)
        expect(fits(have, need), `${printColumn(specOf(have, ''))} into ${printColumn(specOf(need, ''))}`).toBe(have === need);
  });

  it('fits a nullable one, not the reverse', () => {
    for (const column of plain) {
      expect(fits(column, nullable(column))).toBe(true);
      expect(fits(nullable(column), nullable(column))).toBe(true);
      expect(fits(nullable(column), column)).toBe(false);
    }
  });

  it('of tensors fits one of the same datatype and a shape that takes it', () => {
    expect(fits(tensor('FP32', [3, 8]), tensor('FP32', [3, -1]))).toBe(true);
    expect(fits(tensor('FP32', [3, -1]), tensor('FP32', [3, 8]))).toBe(false);
    expect(fits(tensor('FP64', [3, 8]), tensor('FP32', [3, 8]))).toBe(false);
  });

  it('of lists fits by its elements, of records by the fields that are asked for', () => {
    expect(fits(list(text), list(nullable(text)))).toBe(true);
    expect(fits(list(nullable(text)), list(text))).toBe(false);
    expect(fits(record({ a: text, b: int32 }), record({ a: text }))).toBe(true);
    expect(fits(record({ a: text }), record({ a: text, b: int32 }))).toBe(false);
    expect(fits(record({ a: nullable(text) }), record({ a: text }))).toBe(false);
  });
});

describe('a misfit', () => {
  it('is none where every column that is needed is there', () => {
    expect(problem({ a: text, b: int32 }, { b: nullable(int32) })).toBeNull();
    expect(problem({}, {})).toBeNull();
  });

  it('is first a column that is missing, with the columns that are there', () => {
    expect(problem({ label: int32, score: float32 }, { label: text, scor: float32 })).toEqual({
      code: 'COLUMN_UNKNOWN',
      problem: 'this flow has no column "scor" (did you mean "score"?); its columns are "label", "score"',
    });
    expect(problem({}, { a: text })?.problem).toBe('this flow has no column "a"; its columns are none');
  });

  it('is a missing column though every object has something by its name', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty'])
      expect(problem({ a: text }, { [name]: text })?.code).toBe('COLUMN_UNKNOWN');
    expect(problem({ best: record({}) }, { best: record({ constructor: text }) })?.problem).toBe(
      'column "best" has no field "constructor"',
    );
  });

  it.each([
    [int32, float32, 'column "x" is int32 but must be float32'],
    [nullable(text), text, 'column "x" is text or null but must be text'],
    [text, nullable(int32), 'column "x" is text but must be int32 or null'],
    [tensor('FP32', [224, 224, 3]), tensor('FP32', [3, 224, 224]), 'column "x" is FP32 [224,224,3] but must be FP32 [3,224,224]'],
    [list(int32), list(float32), 'column "x[]" is int32 but must be float32'],
    [list(list(int32)), list(list(text)), 'column "x[][]" is int32 but must be text'],
    [list(nullable(text)), list(text), 'column "x[]" is text or null but must be text'],
    [nullable(list(int32)), list(float32), 'column "x" is list of int32 or null but must be list of float32'],
    [nullable(list(int32)), nullable(list(float32)), 'column "x[]" is int32 but must be float32'],
    [list(text), text, 'column "x" is list of text but must be text'],
    [text, list(list(text)), 'column "x" is text but must be list of list'],
    [record({ a: int32 }), record({ a: float32 }), 'column "x.a" is int32 but must be float32'],
    [record({ b: int32 }), record({ a: float32 }), 'column "x" has no field "a"'],
    [list(record({ a: record({ b: int32 }) })), list(record({ a: record({ b: text }) })), 'column "x[].a.b" is int32 but must be text'],
    [list(record({})), list(record({ a: text })), 'column "x[]" has no field "a"'],
    [nullable(record({ a: text })), record({ a: text }), 'column "x" is record or null but must be record'],
    [record({ a: text }), text, 'column "x" is record but must be text'],
    [anything, text, 'column "x" is json but must be text'],
  ])('is said in a sentence, case %#', (have, need, sentence) => {
    expect(problem({ x: have }, { x: need })).toEqual({ code: 'COLUMN_MISMATCH', problem: sentence });
  });

  it('is there exactly where a column does not fit', () => {
    const column: fc.Arbitrary<ColumnSpec> = fc.letrec<{ column: ColumnSpec }>((tie) => ({
      column: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.record({ kind: fc.constantFrom('text', 'int32'), nullable: fc.boolean() }),
        fc.record({ kind: fc.constant('list' as const), of: tie('column'), nullable: fc.boolean() }),
        fc.record({
          kind: fc.constant('record' as const),
          fields: fc.dictionary(fc.constantFrom('a', 'b'), tie('column')),
          nullable: fc.boolean(),
        }),
        fc.record({
          kind: fc.constant('tensor' as const),
          datatype: fc.constantFrom('FP32', 'INT64'),
          shape: fc.array(fc.integer({ min: -1, max: 2 }), { maxLength: 2 }),
          nullable: fc.boolean(),
        }),
      ),
    })).column;
    fc.assert(
      fc.property(column, column, (have, need) => {
        const found = misfit({ x: have }, { x: need });
        expect(found === null).toBe(columnFits(have, need));
        expect(misfit({ x: have }, { x: have })).toBeNull();
        if (found !== null) expect(found.problem).not.toMatch(/undefined|object Object|is (.+) but must be \1$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a schema in a sentence', () => {
  const schema = schemaOf({ id: int64, best: nullable(record({ label: text, scores: list(nullable(float64)) })) }, 'spec');

  it('has the type of each column', () => {
    expect(printSchema(schema)).toBe('id: int64, best: record {label: text, scores: list of float64 or null} or null');
    expect(printSchema({})).toBe('');
  });

  it('has the names of its columns', () => {
    expect(printNames(schema)).toBe('"id", "best"');
    expect(printNames({})).toBe('none');
    expect(unknownColumn('bes', schema)).toBe('this flow has no column "bes" (did you mean "best"?); its columns are "id", "best"');
  });

  it('names a record in few words', () => {
    expect(Object.values(schema).map(nameOf)).toEqual(['int64', 'record or null']);
  });
});
