// @ts-check

/** @typedef {import('../harness/quantiles.mjs').Quantiles} Quantiles */

/**
 * @param {Readonly<Record<string, Readonly<Record<string, { readonly latency: Quantiles, readonly best: Quantiles }>>>>} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot(figures) {
  const groups = Object.keys(figures);
  const races = Object.keys(Object.values(figures)[0] ?? {});
  const panelOf = (/** @type {string} */ title, /** @type {keyof Quantiles} */ quantile) => ({
    kind: /** @type {const} */ ('bars'),
    title,
    value: { name: 'latency of a text (ms)' },
    groups,
    bars: [
      ...races.map((name) => ({ name, values: groups.map((group) => figures[group][name].latency[quantile]) })),
      { name: 'best', values: groups.map((group) => figures[group].hedged.best[quantile]) },
    ],
  });
  return {
    title: 'Texts by examples/transliteration, its stages raced while replicas stand still for 50 ms now and then',
    panels: [panelOf('median', 'p50'), panelOf('p99', 'p99'), panelOf('p99.9', 'p999')],
  };
}
