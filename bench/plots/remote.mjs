// @ts-check
/**
 * @param {Readonly<Record<string, { readonly ratio: import('../harness/ratio.mjs').Ratio, readonly micros: { readonly ours: number, readonly bare: number } }>>} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot(figures) {
  const groups = Object.keys(figures);
  const calls = Object.values(figures);
  return {
    title: 'A call of a model on another server, beside a bare client',
    panels: [
      {
        kind: 'bars',
        value: { name: 'CPU of a call (µs)', log: true },
        groups,
        bars: [
          { name: 'FlowServe', values: calls.map(({ micros }) => micros.ours) },
          { name: 'a bare client', values: calls.map(({ micros }) => micros.bare) },
        ],
      },
      { kind: 'bars', value: { name: 'CPU ÷ a bare client' }, groups, bars: [{ name: 'ratio', values: calls.map(({ ratio }) => ratio) }] },
    ],
  };
}
