import { describe, expect, it } from 'vitest';
import { printRace, type Race, strongestRace } from './race.ts';

const three: Race = { kind: 'copies', copies: 3 };
const hedge: Race = { kind: 'hedge', budget: 0.05 };
const auto: Race = { kind: 'auto' };

describe('a race', () => {
  it('is named by what runs at once', () => {
    expect([three, hedge, { kind: 'hedge', budget: 0.125 } as const, auto].map(printRace)).toEqual([
      '3 copies',
      'hedged within 5 %',
      'hedged within 12.5 %',
      'raced where it pays',
    ]);
  });

  it('of several stages together is the one in which most runs at once', () => {
    expect(strongestRace([auto, hedge, three, { kind: 'copies', copies: 2 }])).toBe(three);
    expect(strongestRace([auto, hedge])).toBe(hedge);
    expect(strongestRace([])).toBe(undefined);
  });
});
