/** How calls of a stage are raced: the same call runs several times at once, and the first answer is taken. */
export type Race =
  /** So many at once, from the start. Source: the competitive execution of Cloudflow (arXiv 2007.05832). */
  | { readonly kind: 'copies'; readonly copies: number }
  /** A copy after a delay that adapts; copies compute at most this share of what the calls themselves do. */
  | { readonly kind: 'hedge'; readonly budget: number }
  /** Whichever of the two pays, by measured variance and idle capacity. */
  | { readonly kind: 'auto' };

/** The budget of a hedge that does not say one. */
export const DEFAULT_BUDGET = 0.05;

/** `3 copies`, `hedged within 5 %`: a race as it is named in plans. */
export function printRace(race: Race): string {
  switch (race.kind) {
    case 'copies':
      return `${race.copies} copies`;
    case 'hedge':
      return `hedged within ${Number((race.budget * 100).toPrecision(3))} %`;
    case 'auto':
      return 'raced where it pays';
  }
}

/** The one of several races in which most runs at once, for stages that can only be raced together. */
export function strongestRace(races: readonly Race[]): Race | undefined {
  return races.toSorted((a, b) => strength(b) - strength(a))[0];
}

/** Copies by their number, at least 2; below them hedges by their budget, at most 1. */
function strength(race: Race): number {
  switch (race.kind) {
    case 'copies':
      return race.copies;
    case 'hedge':
      return race.budget;
    case 'auto':
      return 0;
  }
}
