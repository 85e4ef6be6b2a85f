/** Upper bounds of buckets, ascending, and which of them a value falls into: the first it does not exceed, or the one past the last. */
export interface Buckets {
  readonly bounds: readonly number[];
  indexOf(value: number): number;
}

/** Six a decade, none more than 1.67 times the last, and the numbers people write: 0.01 ms to 50 s. */
const STEPS = [1, 1.5, 2, 3, 5, 7];
export const SHORTEST_MS = 0.01;
const DECADES = 7;
const msBounds: readonly number[] = Array.from({ length: DECADES }, (_, decade) =>
  STEPS.map((step) => Number((step * SHORTEST_MS * 10 ** decade).toPrecision(2))),
)
  .flat()
  .filter((bound) => bound <= 50_000);
const LONGEST_MS = msBounds[msBounds.length - 1] as number;

/** For each power of two of the shortest time: the first bound that is not below it. */
const firstAbove: readonly number[] = Array.from({ length: 32 }, (_, bits) => {
  const first = msBounds.findIndex((bound) => bound >= 2 ** Math.max(0, bits - 1) * SHORTEST_MS);
  return first < 0 ? msBounds.length : first;
});

/** Buckets of milliseconds. */
export const durations: Buckets = {
  bounds: msBounds,
  // By the position of the highest bit, after which two comparisons are left at most: a logarithm costs as much as a small stage.
  indexOf(ms) {
    if (!(ms > SHORTEST_MS)) return 0;
    if (ms > LONGEST_MS) return msBounds.length;
    let index = firstAbove[32 - Math.clz32(ms / SHORTEST_MS)] as number;
    while (ms > (msBounds[index] as number)) index++;
    return index;
  },
};

const LARGEST_POWER = 10;

/** Buckets of how many rows a batch has: powers of two, up to 1024. */
export const batchSizes: Buckets = {
  bounds: Array.from({ length: LARGEST_POWER + 1 }, (_, power) => 2 ** power),
  indexOf(rows) {
    return rows <= 1 ? 0 : Math.min(LARGEST_POWER + 1, 32 - Math.clz32(rows - 1));
  },
};
