// @ts-check

/** @typedef {{ readonly p50: number, readonly p99: number, readonly extra: number, readonly best?: { readonly p50: number, readonly p99: number } }} Outcome */

const counts = [1, 3, 5, 7];

/**
 * @param {Readonly<Record<string, Readonly<Record<string, Outcome>>>>} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot(figures) {
  const raced = Object.entries(figures).filter(([, outcomes]) => '3 at once' in outcomes);
  const hedged = Object.entries(figures).filter(([, outcomes]) => 'hedged, simulated' in outcomes);
  const lines = (/** @type {'p50' | 'p99'} */ quantile) =>
    raced.flatMap(([name, outcomes]) => [
      { name, points: counts.map((x) => ({ x, y: outcomes[`${x} at once`][quantile] })) },
      { name: `${name}, best`, isDashed: true, points: counts.map((x) => ({ x, y: outcomes[`${x} at once`].best?.[quantile] ?? 0 })) },
    ]);
  const bars = ['alone, simulated', 'hedged, simulated', 'alone, for real', 'hedged, for real'].map((name) => ({
    name,
    values: hedged.map(([, outcomes]) => outcomes[name].p99),
  }));
  const best = { name: 'best hedge', values: hedged.map(([, outcomes]) => outcomes['hedged, simulated'].best?.p99) };
  const x = { name: 'copies at once', min: 1, max: 7 };
  return {
    title: 'Several copies of a call at once, and a copy of slow calls within 10 % of extra work',
    panels: [
      { kind: 'lines', title: 'median', x, y: { name: 'latency (ms)', min: 0 }, lines: lines('p50') },
      { kind: 'lines', title: 'p99', x, y: { name: 'latency (ms)', min: 0 }, lines: lines('p99') },
      { kind: 'bars', title: 'hedged', value: { name: 'p99 (ms)' }, groups: hedged.map(([name]) => name), bars: [...bars, best] },
    ],
  };
}
