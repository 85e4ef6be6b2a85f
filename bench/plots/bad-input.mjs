// @ts-check
/**
 * @param {{ readonly passesMs: readonly { readonly afterBadMs: number, readonly afterGoodMs: number }[] }} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot({ passesMs }) {
  const line = (/** @type {string} */ name, /** @type {'afterBadMs' | 'afterGoodMs'} */ key) => ({
    name,
    points: passesMs.map((pass, i) => ({ x: i + 1, y: pass[key] })),
  });
  return {
    title: 'The next good request after a malformed one',
    panels: [
      {
        kind: 'lines',
        x: { name: 'pass over all malformed requests' },
        y: { name: 'time of a good request, median (ms)' },
        lines: [line('after a malformed request', 'afterBadMs'), line('after a good request', 'afterGoodMs')],
      },
    ],
  };
}
