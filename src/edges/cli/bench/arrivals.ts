/** Numbers from 0 up to 1, as Math.random gives them. */
export type Random = () => number;

/** The same numbers for the same seed. Source: mulberry32, by Tommy Ettinger, in the public domain. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Milliseconds between the arrivals of a Poisson process of `perSecond`: many callers, none of whom knows of the others. */
export function poissonGaps(perSecond: number, random: Random): () => number {
  return () => (-Math.log(1 - random()) * 1000) / perSecond;
}
