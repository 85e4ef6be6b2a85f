import { expect, it } from 'vitest';
import { topClass } from './top-class.ts';

it('finds the most probable class and how probable it is', () => {
  const { index, confidence } = topClass(Float32Array.of(0, Math.log(3), 0));
  expect(index).toBe(1);
  expect(confidence).toBeCloseTo(0.6);
});

it('does not overflow', () => {
  expect(topClass(Float32Array.of(1000, -1000)).confidence).toBe(1);
});
