import { describe, expect, it } from 'vitest';
import { lineDiff } from './line-diff.ts';

const diff = (before: string, after: string): string => lineDiff(before.replaceAll(' ', '\n'), after.replaceAll(' ', '\n')).join('|');

describe('lineDiff', () => {
  it('keeps equal texts', () => expect(diff('a b', 'a b')).toBe('  a|  b'));
  it('shows a line that changed as one that went and one that came', () => expect(diff('a b c', 'a x c')).toBe('  a|- b|+ x|  c'));
  it('shows what came and what went', () => {
    expect(diff('a c', 'a b c d')).toBe('  a|+ b|  c|+ d');
    expect(diff('a b c d', 'b d')).toBe('- a|  b|- c|  d');
  });
  it('changes as few lines as it can', () => expect(diff('a b c d', 'b c d a')).toBe('- a|  b|  c|  d|+ a'));
});
