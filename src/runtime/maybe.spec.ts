import { describe, expect, it } from 'vitest';
import { defer, outcomeOf, unhandledRejections } from '../../test/support/settle.ts';
import { andThen, isPromise, onceThere } from './maybe.ts';

const thenable = (then: unknown): object => Object.fromEntries([['then', then]]);

describe('isPromise', () => {
  it.each([[Promise.resolve(1)], [thenable(() => {})]])('knows %o as one', (value) => {
    expect(isPromise<unknown>(value)).toBe(true);
  });

  it.each([[1], [null], [undefined], ['then'], [{}], [thenable(1)], [[]]])('does not take %o for one', (value) => {
    expect(isPromise<unknown>(value)).toBe(false);
  });
});

describe('andThen', () => {
  it('goes on at once with a value that is there', () => {
    expect(andThen(2, (value) => value * 2)).toBe(4);
  });

  it('goes on when the value comes', async () => {
    expect(await andThen(Promise.resolve(2), (value) => value * 2)).toBe(4);
  });
});

describe('onceThere', () => {
  it('goes on at once when all values are there', () => {
    expect(onceThere([1, 2], ([a = 0, b = 0]) => a + b)).toBe(3);
  });

  it('makes no promise of an empty list', () => {
    expect(onceThere([], () => 'done')).toBe('done');
  });

  it('goes on when the last value comes, and not before', async () => {
    const last = defer<number>();
    const sum = Promise.resolve(onceThere([1, last.promise], ([a = 0, b = 0]) => a + b));
    expect(await outcomeOf(sum)).toBe('waiting');
    last.resolve(2);
    expect(await sum).toBe(3);
  });

  it('passes a failure on', async () => {
    await expect(onceThere([Promise.reject(new Error('no'))], () => 'never')).rejects.toThrow('no');
  });

  it('does not go on after a failure', async () => {
    let hasGoneOn = false;
    const later = onceThere([Promise.reject(new Error('no'))], () => {
      hasGoneOn = true;
    });
    await Promise.resolve(later).catch(() => {});
    expect(hasGoneOn).toBe(false);
  });

  it.each([
    ['that nobody awaits', () => onceThere([Promise.reject(new Error('no'))], () => 1)],
    ['of what follows values that are there', () => onceThere([1], () => Promise.reject(new Error('no')))],
  ])('lets no failure end the process %s', async (_, start) => {
    expect(await unhandledRejections(async () => void start())).toEqual([]);
  });
});
