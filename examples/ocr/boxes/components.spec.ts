import { describe, expect, it } from 'vitest';
import { components } from './components.ts';

/** How many parts a drawing of # and blanks has. */
function countParts(...rows: string[]): number {
  const bitmap = Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0));
  return components(bitmap, rows[0]?.length ?? 0, rows.length).length;
}

describe('components', () => {
  it('finds nothing in an empty bitmap', () => {
    expect(countParts('    ', '    ')).toBe(0);
  });

  it('joins pixels that meet at a corner', () => {
    expect(countParts('#   ', ' #  ', '  ##')).toBe(1);
  });

  it('joins branches that meet further down', () => {
    expect(countParts('# # #', '# # #', '#####')).toBe(1);
  });

  it('keeps apart what a blank row or column separates', () => {
    expect(countParts('## #', '    ', '## #')).toBe(4);
  });

  it('does not join the end of a row with the start of the next', () => {
    expect(countParts('   #', '#   ')).toBe(2);
  });

  it('gives the ends of each run, from the top down', () => {
    expect(components(Uint8Array.of(0, 1, 1, 1, 1, 0), 3, 2)).toEqual([[1, 0, 2, 0, 0, 1, 1, 1]]);
  });
});
