// @ts-check
/**
 * @typedef {{ readonly load: number, readonly inTime: number }} Point
 * @typedef {{ readonly name: string, readonly capacity: number, readonly with: readonly Point[], readonly without: readonly Point[] }} Place
 */

/**
 * @param {{ readonly deadlineMs: number, readonly places: readonly Place[] }} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot({ deadlineMs, places }) {
  return {
    title: `Answers within ${deadlineMs} ms under more load than can be done`,
    columns: 2,
    panels: places.map(({ name, capacity, ...points }) => ({
      kind: 'lines',
      title: name,
      x: { name: 'load (multiple of the capacity)', min: 0 },
      y: { name: 'in time (per second)', min: 0 },
      lines: [
        { name: 'refused at the door', points: points.with.map(({ load, inTime }) => ({ x: load, y: inTime })) },
        { name: 'all taken', points: points.without.map(({ load, inTime }) => ({ x: load, y: inTime })), isDashed: true },
      ],
      marks: [{ name: 'capacity', at: capacity }],
    })),
  };
}
