import { describe, expect, it } from 'vitest';
import { cutNames, isReadable } from './cut-names.ts';

const namesIn = (text: string) => cutNames(text).map(({ name }) => name);

describe('cutNames', () => {
  it('makes a name of each word, the last of which is the surname', () => {
    expect(cutNames('بدر شاكر السياب')).toEqual([
      { name: 'بدر', role: 'given' },
      { name: 'شاكر', role: 'given' },
      { name: 'السياب', role: 'surname' },
    ]);
  });

  it('does not say what a single name is', () => {
    expect(cutNames('محمد')).toEqual([{ name: 'محمد', role: 'unknown' }]);
  });

  it('joins "son of" and the like with what follows', () => {
    expect(namesIn('أحمد بن عبد العزيز')).toEqual(['أحمد', 'بن عبد العزيز']);
  });

  it('joins "of the faith" with what stands before', () => {
    expect(namesIn('سيف الدين قطز')).toEqual(['سيف الدين', 'قطز']);
  });

  it('reads "Abdulrahman" in one word as in two', () => {
    expect(namesIn('عبدالرحمن')).toEqual(['عبد الرحمن']);
  });

  it('leaves alone what has nothing to join', () => {
    expect(namesIn('الدين بن')).toEqual(['الدين', 'بن']);
  });

  it('finds no names in an empty text', () => {
    expect(cutNames('')).toEqual([]);
  });
});

describe('isReadable', () => {
  it.each(['محمد', 'بن علي', 'گلی'])('is true of %s', (name) => expect(isReadable(name)).toBe(true));
  it.each(['1187', 'Paris', '', 'ب'.repeat(41)])('is false of "%s"', (name) => expect(isReadable(name)).toBe(false));
});
