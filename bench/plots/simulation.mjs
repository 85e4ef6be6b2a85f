// @ts-check
/** @typedef {{ readonly hour: number, readonly replicas: number, readonly busy: number, readonly slowestMs: number }} Point */

/**
 * @param {{ readonly settings: { readonly targetMs: number }, readonly points: readonly Point[] }} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot({ settings, points }) {
  const x = { name: 'hour of the day', min: 0, max: 24 };
  const line = (/** @type {string} */ name, /** @type {(point: Point) => number} */ of) => ({
    name,
    points: points.map((point) => ({ x: point.hour, y: of(point) })),
  });
  return {
    title: 'A day on replicas by the load, simulated',
    panels: [
      {
        kind: 'lines',
        x,
        y: { name: 'replicas', min: 0 },
        lines: [
          line('there', ({ replicas }) => replicas),
          { ...line('have something to do on average', ({ busy }) => busy), isDashed: true },
        ],
      },
      {
        kind: 'lines',
        x,
        y: { name: 'slowest call (s)', min: 0 },
        lines: [line('slowest of five minutes', ({ slowestMs }) => slowestMs / 1000)],
        marks: [{ name: 'target', at: settings.targetMs / 1000 }],
      },
    ],
  };
}
