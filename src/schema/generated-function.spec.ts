import { describe, expect, it } from 'vitest';
import { generatedFunction, quoted } from './generated-function.ts';

describe('a generated function', () => {
  it('is what its text says, with the constants by their names', () => {
    const add = generatedFunction({ by: 2 }, '(n) => n + by') as (n: number) => number;
    expect(add(1)).toBe(3);
  });

  it.each(['a', '"', '\\', '\n', '\u2028', "'); throw new Error('no'); ('"])('has the name %j as it is', (name) => {
    expect(generatedFunction({}, quoted(name))).toBe(name);
  });
});
