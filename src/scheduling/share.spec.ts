import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Capacity, share, type Wish } from './share.ts';

const wish = (replicas: number, more: Partial<Wish> = {}): Wish => ({
  floor: 1,
  replicas,
  cores: 0,
  bytes: 0,
  resource: undefined,
  ...more,
});
const enough: Capacity = { cores: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY, resources: {} };

describe('sharing what a machine has', () => {
  it('gives everyone what it wishes where all of it fits', () => {
    expect(share([wish(3, { cores: 1 }), wish(5, { cores: 1 })], { ...enough, cores: 8 })).toEqual([3, 5]);
  });

  it('gives what is scarce to those with the most to do for each replica', () => {
    expect(share([wish(2, { cores: 1 }), wish(8, { cores: 1 })], { ...enough, cores: 4 })).toEqual([1, 3]);
    expect(share([wish(8, { cores: 1 }), wish(8, { cores: 1 })], { ...enough, cores: 6 })).toEqual([3, 3]);
  });

  it('never gives less than a floor, nor takes it for granted that floors fit', () => {
    expect(share([wish(4, { floor: 2, cores: 1 }), wish(4, { floor: 3, cores: 1 })], { ...enough, cores: 4 })).toEqual([2, 3]);
  });

  it('lets replicas that only wait beside those that compute', () => {
    expect(share([wish(20), wish(20, { cores: 1 })], { ...enough, cores: 2 })).toEqual([20, 2]);
  });

  it('keeps to the memory', () => {
    expect(share([wish(9, { bytes: 100 }), wish(9, { bytes: 10 })], { ...enough, bytes: 390 })).toEqual([3, 9]);
  });

  it('gives no more of a resource than there is, whatever else there is', () => {
    const wishes = [wish(4, { resource: 'gpu' }), wish(4, { resource: 'gpu' }), wish(4)];
    expect(share(wishes, { ...enough, resources: { gpu: 3 } })).toEqual([2, 1, 4]);
  });

  it('stays within every bound, at least at the floor and at most at the wish, and leaves nothing that somebody could use', () => {
    const wishes = fc.array(
      fc.record({
        floor: fc.integer({ min: 1, max: 3 }),
        replicas: fc.integer({ min: 1, max: 20 }),
        cores: fc.constantFrom(0, 0.25, 1),
        bytes: fc.constantFrom(0, 10, 100),
        resource: fc.constantFrom(undefined, 'gpu'),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(wishes, fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 1000 }), (all, cores, bytes) => {
        const capacity = { cores, bytes, resources: { gpu: 4 } };
        const given = share(all, capacity);
        const used = (of: (wish: Wish) => number, counts: readonly number[]): number =>
          all.reduce((sum, one, i) => sum + of(one) * (counts[i] ?? 0), 0);
        const floors = all.map(({ floor }) => floor);
        const bounds = [
          { of: ({ cores }: Wish) => cores, most: cores },
          { of: ({ bytes }: Wish) => bytes, most: bytes },
          { of: ({ resource }: Wish) => (resource === 'gpu' ? 1 : 0), most: 4 },
        ];
        for (const { of, most } of bounds) expect(used(of, given)).toBeLessThanOrEqual(Math.max(most, used(of, floors)));
        all.forEach((one, i) => {
          expect(given[i]).toBeGreaterThanOrEqual(one.floor);
          expect(given[i]).toBeLessThanOrEqual(Math.max(one.floor, one.replicas));
          const more = given.map((count, j) => (i === j ? count + 1 : count));
          const couldHaveMore = bounds.every(({ of, most }) => of(one) === 0 || used(of, more) <= most);
          expect(couldHaveMore && (given[i] ?? 0) < one.replicas).toBe(false);
        });
      }),
    );
  });
});
