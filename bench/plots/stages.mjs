// @ts-check
/**
 * @param {Readonly<Record<string, { readonly us: number, readonly cpuUs: number }>>} figures by kind and size, such as `thread, 1 MB`
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot(figures) {
  const pairs = Object.keys(figures).map((name) => name.split(', '));
  const [kinds, sizes] = [0, 1].map((part) => [...new Set(pairs.map((pair) => pair[part]))]);
  const panel = (/** @type {string} */ name, /** @type {'us' | 'cpuUs'} */ key) => ({
    kind: /** @type {const} */ ('bars'),
    value: { name, log: true },
    groups: kinds,
    bars: sizes.map((size) => ({ name: size, values: kinds.map((kind) => shown(figures[`${kind}, ${size}`][key])) })),
  });
  return {
    title: 'One call of a stage of each kind, above a request without it',
    panels: [panel('time (µs)', 'us'), panel('CPU of this process (µs)', 'cpuUs')],
  };
}

/** What is lost in noise has no place on a logarithmic axis. @param {number} value */
function shown(value) {
  return value > 0 ? value : undefined;
}
