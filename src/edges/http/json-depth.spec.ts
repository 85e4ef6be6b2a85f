import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, float64, json, list, nullable, record, schemaOf, tensor, text } from '../../schema/column.ts';
import { isDeeperThan, jsonDepth } from './json-depth.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

describe('isDeeperThan', () => {
  it('agrees with counting the levels of the parsed value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 1, max: 6 }), (text, limit) => {
        expect(isDeeperThan(Buffer.from(text), limit)).toBe(depthOf(JSON.parse(text)) > limit);
      }),
    );
  });

  it('does not count brackets in strings', () => {
    expect(isDeeperThan(Buffer.from(JSON.stringify(['[[[[', '\\"[[[[', '\\\\'])), 1)).toBe(false);
  });

  it('says what a million brackets are without recursion', () => {
    expect(isDeeperThan(Buffer.from('['.repeat(1_000_000)), 64)).toBe(true);
  });

  it('does not care whether the JSON is whole', () => {
    for (const text of ['"', '"\\', '"a\\"', ']]]]]', '[[', '{"a":"']) expect(isDeeperThan(Buffer.from(text.padEnd(9)), 2)).toBe(false);
  });
});

describe('jsonDepth', () => {
  const depth = (columns: Parameters<typeof schemaOf>[0]) => jsonDepth(schemaOf(columns, 'test'));

  it('counts the row and what lies in its deepest column', () => {
    expect(depth({})).toBe(1);
    expect(depth({ a: text, b: bytes, c: nullable(float64) })).toBe(1);
    expect(depth({ a: list(list(text)), b: text })).toBe(3);
    expect(depth({ a: list(record({ b: list(text) })) })).toBe(4);
  });

  it('takes the deeper form of a tensor', () => {
    expect(depth({ a: tensor('FP32', []) })).toBe(3);
    expect(depth({ a: tensor('FP32', [1, 2, 3, 4]) })).toBe(5);
  });

  it('knows no depth for a column of any JSON', () => {
    const any = json({ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } });
    expect(depth({ a: list(any) })).toBe(Number.POSITIVE_INFINITY);
  });
});
