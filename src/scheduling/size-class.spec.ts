import { expect, it } from 'vitest';
import { sizeClassOf } from './size-class.ts';

it('sizes are known in classes that end with powers of two', () => {
  expect([1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 1024, 1025].map(sizeClassOf)).toEqual([0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 10, 11]);
});
