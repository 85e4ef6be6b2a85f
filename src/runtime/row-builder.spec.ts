import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { int32, schemaOf, text } from '../schema/column.ts';
import { type ColumnSource, narrowing, plainBuilder, rowBuilder } from './row-builder.ts';

const name = fc.oneof(
  fc.constantFrom('n', 'constructor', 'toString', '0', '10', 'a"b', "it's", '\\', '\n', '\u2028', '{x}', '*/', '}'),
  fc.string({ minLength: 1, maxLength: 3 }).filter((candidate) => candidate !== '__proto__'),
);
const side = fc.constantFrom('left' as const, 'right' as const);
const source: fc.Arbitrary<ColumnSource> = fc.oneof(fc.record({ of: side, column: name }), fc.record({ of: side }), fc.constant(null));
const sources = fc.dictionary(name, source, { maxKeys: 6, noNullPrototype: true });
const row = fc.dictionary(name, fc.anything(), { noNullPrototype: true });

describe('a row builder', () => {
  it('makes the rows that copying name by name makes, whatever the names', () => {
    const property = fc.property(sources, row, row, (given, left, right) => {
      const made = rowBuilder(given)(left, right);
      expect(made).toEqual(plainBuilder(given)(left, right));
      expect(Object.keys(made)).toEqual(Object.keys(given));
    });
    fc.assert(property, { numRuns: 2000 });
  });

  it('refuses the one name that would not become a column', () => {
    const hostile = JSON.parse('{"__proto__":null}') as Readonly<Record<string, ColumnSource>>;
    expect(() => rowBuilder(hostile)).toThrow('__proto__ is not a column');
  });
});

describe('narrowing', () => {
  const wide = schemaOf({ a: int32, b: text }, 'wide');

  it('takes the named columns of a row that has more', () => {
    const given = { a: 1, b: 'x' };
    expect(narrowing(wide, schemaOf({ b: text }, 'narrow'))?.(given, given)).toEqual({ b: 'x' });
  });

  it('is nothing where the row has no more', () => {
    expect(narrowing(wide, wide)).toBeNull();
  });
});
