/** A source of numbers in [0, 1), as Math.random is one. */
export type Random = () => number;

/** A source that gives the same numbers for the same seed. Source: mulberry32 (Tommy Ettinger), public domain. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function uniform(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** Waiting times of a Poisson process. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** Source: Box and Muller (1958). */
export function standardNormal(random: Random): number {
  return Math.sqrt(2 * exponential(random, 1)) * Math.cos(2 * Math.PI * random());
}

/** `sigma` is the deviation of the logarithm; the median is exp(mu). */
export function logNormal(random: Random, mu: number, sigma: number): number {
  return Math.exp(mu + sigma * standardNormal(random));
}

/** Its mean is shape × scale. Source: Marsaglia and Tsang (2000), with their step up for shapes below 1. */
export function gamma(random: Random, shape: number, scale: number): number {
  if (shape < 1) return gamma(random, shape + 1, scale) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = standardNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v * scale;
  }
}

/** Below this exp(-mean) is far from running out of digits. */
const MEAN_OF_A_PART = 30;

/** How many events of a Poisson process come in a time in which `mean` do. Source: Knuth, in parts that add up. */
export function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let left = mean; left > 0; left -= MEAN_OF_A_PART) {
    const least = Math.exp(-Math.min(left, MEAN_OF_A_PART));
    for (let product = 1 - random(); product > least; product *= 1 - random()) count++;
  }
  return count;
}
