import { expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';

it('waits 0.1 s after the first failure, twice as long after each further one, at most 10 s', () => {
  expect([0, 1, 2, 6, 7, 1000].map(backOffMs)).toEqual([100, 200, 400, 6400, 10_000, 10_000]);
});
