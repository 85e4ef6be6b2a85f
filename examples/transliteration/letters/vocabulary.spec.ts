import { describe, expect, it } from 'vitest';
import { numbersOf, type Vocabulary, wordOf } from './vocabulary.ts';

const tokens = ['<PAD>', '<BOS>', '<EOS>', '<UNK>', '<UNK_COUNTRY>', '<ROLE_GIVEN>', 'a', 'l', 'ع', 'ل'];
const vocabulary: Vocabulary = { tokens, numbers: new Map(tokens.map((token, number) => [token, number])) };

describe('numbersOf', () => {
  it('gives no country, the role, the letters and the end', () => {
    expect(numbersOf(vocabulary, { name: 'عل', role: 'given' })).toEqual([4, 5, 8, 9, 2]);
  });

  it('gives the number of what is not known for other letters', () => {
    expect(numbersOf(vocabulary, { name: 'عx', role: 'given' })).toEqual([4, 5, 8, 3, 2]);
  });
});

describe('wordOf', () => {
  it('puts the letters together without signs', () => {
    expect(wordOf(vocabulary, [6, 3, 7, 2])).toBe('al');
  });
});
