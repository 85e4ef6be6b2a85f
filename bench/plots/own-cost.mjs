// @ts-check
/** @typedef {import('../harness/ratio.mjs').Ratio} Ratio */
/** @typedef {{ readonly cost: Ratio, readonly own: Ratio, readonly checked: Ratio }} Work in microseconds */
/** @typedef {{ readonly perStage: Ratio, readonly bytes: Readonly<Record<string, { readonly ours: number, readonly plain: number }>> }} Rest */

/**
 * @param {Rest & Readonly<Record<string, Work>>} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot({ perStage: _, bytes, ...works }) {
  const groups = Object.keys(works);
  const all = Object.values(works);
  return {
    title: 'What a request costs in process, beside the same work by hand',
    panels: [
      {
        kind: 'bars',
        value: { name: 'CPU (µs)', max: 6 },
        groups,
        bars: [
          { name: 'FlowServe', values: all.map(({ cost }) => cost) },
          { name: 'FlowServe, less a plain loop', values: all.map(({ own }) => own) },
          { name: 'an asynchronous function with checks', values: all.map(({ checked }) => checked) },
        ],
        marks: [{ name: 'at most 5 µs', at: 5 }],
      },
      {
        kind: 'bars',
        value: { name: 'memory allocated (bytes)' },
        groups,
        bars: [
          { name: 'FlowServe', values: groups.map((name) => bytes[name].ours) },
          { name: 'a plain loop', values: groups.map((name) => bytes[name].plain) },
        ],
      },
    ],
  };
}
