// @ts-check

/**
 * @typedef {object} Figures
 * @property {readonly { cost: string, spread: number, target: number, load: number, adaptive: { inTime: number }, best: { inTime: number }, fixed: readonly { size: number, waitMs: number, inTime: number }[] }[]} points
 * @property {readonly { spread: number, single: { size: number, waitMs: number } }[]} sweeps
 */

/**
 * For each cost the part that is answered in time over the load, where a request has four calls of time and calls take what is expected.
 * @param {Figures} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot({ points, sweeps }) {
  const single = sweeps.find(({ spread }) => spread === 0)?.single ?? { size: 0, waitMs: 0 };
  const name = `${single.size} rows, ${single.waitMs} ms: best single pair`;
  return {
    title: 'Answered in time, by load: adaptive batching and fixed pairs of size and wait',
    columns: 2,
    panels: [...new Set(points.map(({ cost }) => cost))].map((cost) => {
      const own = points.filter((point) => point.cost === cost && point.spread === 0 && point.target === 4);
      const line = (/** @type {(point: Figures['points'][number]) => number} */ y) => own.map((point) => ({ x: point.load, y: y(point) }));
      const ofSingle = (/** @type {Figures['points'][number]} */ { fixed }) =>
        fixed.find(({ size, waitMs }) => size === single.size && waitMs === single.waitMs)?.inTime ?? 0;
      return {
        kind: 'lines',
        title: `a call of n rows: ${cost} ms`,
        x: { name: 'load (of capacity)' },
        y: { name: 'answered in time (part)', max: 1 },
        lines: [
          { name: 'adaptive', points: line(({ adaptive }) => adaptive.inTime) },
          { name: 'best pair for each load', points: line(({ best }) => best.inTime), isDashed: true },
          { name, points: line(ofSingle) },
        ],
      };
    }),
  };
}
