import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeeperThan } from './json-depth.ts';

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
