import { describe, expect, it } from 'vitest';
import { bestPath } from './best-path.ts';

const alphabet = ['', 'a', 'b'];
/** Reads steps of which each is sure of one class. */
const read = (...classes: number[]) => bestPath(Float32Array.from(classes.flatMap(sure)), alphabet);
const sure = (likeliest: number) => alphabet.map((_, index) => (index === likeliest ? 0.75 : 0.125));

describe('bestPath', () => {
  it('collapses repeats before it drops blanks, so that a blank parts doubled letters', () => {
    expect(read(1, 1, 0, 1, 2, 2).text).toBe('aab');
  });

  it('reads nothing from blanks alone, with no confidence', () => {
    expect(read(0, 0)).toEqual({ text: '', confidence: 0 });
  });

  it('is as confident as the mean of the steps it keeps', () => {
    const probabilities = Float32Array.of(0, 1, 0, 1, 0, 0, 0.25, 0.25, 0.5);
    expect(bestPath(probabilities, alphabet)).toEqual({ text: 'ab', confidence: 0.75 });
  });

  it('finds the likeliest class also where none is above one half', () => {
    expect(bestPath(Float32Array.of(0.25, 0.3, 0.45), alphabet).text).toBe('b');
  });
});
