// @ts-check
/** @typedef {{ readonly heapMb: number, readonly residentMb: number }} Sample taken after each tenth of the requests */

/**
 * @param {Readonly<Record<string, readonly Sample[]>>} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot(figures) {
  const panel = (/** @type {string} */ name, /** @type {'heapMb' | 'residentMb'} */ key) => ({
    kind: /** @type {const} */ ('lines'),
    x: { name: 'requests answered (%)' },
    y: { name },
    lines: Object.entries(figures).map(([way, samples]) => ({
      name: way,
      points: samples.map((sample, i) => ({ x: (100 * i) / (samples.length - 1), y: sample[key] })),
    })),
  });
  return {
    title: 'Memory over many small requests, after a full collection',
    panels: [panel('heap of the main thread (MB)', 'heapMb'), panel('memory of the process (MB)', 'residentMb')],
  };
}
