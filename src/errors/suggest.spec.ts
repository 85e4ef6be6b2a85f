import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest, didYouMean } from './suggest.ts';

describe('the closest name', () => {
  const columns = ['id', 'label', 'score'];

  it.each([
    ['labl', 'label'],
    ['LABEL', 'label'],
    ['sorce', 'score'],
    ['labels', 'label'],
    ['ID', 'id'],
  ])('to %s is %s', (name, expected) => expect(closest(name, columns)).toBe(expected));

  it('is none when nothing is close', () => {
    expect(closest('confidence', columns)).toBeUndefined();
    expect(closest('label', [])).toBeUndefined();
  });

  it('may be further away in a long name', () => {
    expect(closest('latencyTargetMilliseconds', ['latencyTargetMs'])).toBeUndefined();
    expect(closest('latencyTargetMsecs', ['latencyTargetMs'])).toBe('latencyTargetMs');
  });

  it('is the first of several as close', () => {
    expect(closest('car', ['bar', 'cat'])).toBe('bar');
    expect(closest('cat', ['bar', 'cat'])).toBe('cat');
  });

  it('of any names is one of them, and a name itself when it is there', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (name, candidates) => {
        const found = closest(name, candidates);
        expect(found === undefined || candidates.includes(found)).toBe(true);
        expect(closest(name, [...candidates, name])?.toLowerCase()).toBe(name.toLowerCase());
      }),
    );
  });
});

describe('the question', () => {
  it('stands in brackets after what it asks about, or not at all', () => {
    expect(`no column "labl"${didYouMean('labl', ['label'])}`).toBe('no column "labl" (did you mean "label"?)');
    expect(didYouMean('confidence', ['label'])).toBe('');
  });
});
