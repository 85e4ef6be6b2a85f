import { type Buckets, durations } from './buckets.ts';

/** How many values there were and how they are spread; without buckets into which nothing fell. */
export interface Histogram {
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly Bucket[];
}

/** Values above the one bound and not above the other, which is null where there is none. */
export interface Bucket {
  readonly above: number;
  readonly upTo: number | null;
  readonly count: number;
}

/** The histogram of counts, one for each bucket and one for what is beyond all of them. */
export function histogramOf({ bounds }: Buckets, counts: readonly number[], sum: number): Histogram {
  const buckets = counts.map((count, i): Bucket => ({ above: bounds[i - 1] ?? 0, upTo: bounds[i] ?? null, count }));
  return { count: counts.reduce((total, count) => total + count, 0), sum, buckets: buckets.filter(({ count }) => count > 0) };
}

/** What a share of the values does not exceed, 0 to 1, as if those of a bucket were spread evenly in it; 0 of no values. */
export function quantile({ count, buckets }: Histogram, share: number): number {
  let rank = share * count;
  for (const bucket of buckets) {
    // Nothing is known of how far beyond the last bound.
    if (rank <= bucket.count) return bucket.above + ((bucket.upTo ?? bucket.above) - bucket.above) * (rank / bucket.count);
    rank -= bucket.count;
  }
  const last = buckets[buckets.length - 1];
  return last?.upTo ?? last?.above ?? 0;
}

export function meanOf({ count, sum }: Histogram): number {
  return count === 0 ? 0 : sum / count;
}

/** The values of several. */
export function merged(histograms: readonly Histogram[]): Histogram {
  const buckets = new Map<number, Bucket>();
  for (const bucket of histograms.flatMap((histogram) => histogram.buckets)) {
    buckets.set(bucket.above, { ...bucket, count: bucket.count + (buckets.get(bucket.above)?.count ?? 0) });
  }
  return {
    count: histograms.reduce((total, { count }) => total + count, 0),
    sum: histograms.reduce((total, { sum }) => total + sum, 0),
    buckets: [...buckets.values()].sort((a, b) => a.above - b.above),
  };
}

/** Counts times on one thread: how long requests take, or wait in a line. */
export class DurationCounts {
  readonly #counts = new Float64Array(durations.bounds.length + 1);
  #sum = 0;

  get sum(): number {
    return this.#sum;
  }

  add(ms: number): void {
    const at = durations.indexOf(ms);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += ms;
  }

  read(): Histogram {
    return histogramOf(durations, [...this.#counts], this.#sum);
  }
}
