// @ts-check
import { medianOf } from './line.mjs';
import { pairedRatio } from './ratio.mjs';

/** @typedef {import('./rounds.mjs').Cost} Cost */
/** @typedef {Readonly<Record<string, { readonly theirs: readonly Cost[], readonly ours: readonly Cost[] }>>} Costs launch by launch */

/**
 * What a request costs a server of ours and one by hand, and the ratios of the two.
 * @param {string} title
 * @param {Costs} costs by kind of request
 * @param {{ cpu?: number, throughput: number }} barred
 * @returns {import('./plot.mjs').Figure}
 */
export function contestOfServers(title, costs, barred) {
  const groups = Object.keys(costs);
  const pairs = Object.values(costs);
  const micros = (/** @type {readonly Cost[]} */ all) => medianOf(all.map(({ cpuMs }) => cpuMs * 1000));
  const column = (/** @type {readonly Cost[]} */ all, /** @type {'cpuMs' | 'wallMs'} */ what) => all.map((cost) => cost[what]);
  return {
    title,
    panels: [
      {
        kind: 'bars',
        value: { name: 'CPU of a request (µs)', log: spread(pairs.flatMap(({ ours }) => column(ours, 'cpuMs'))) > 20 },
        groups,
        bars: [
          { name: 'FlowServe', values: pairs.map(({ ours }) => micros(ours)) },
          { name: 'by hand', values: pairs.map(({ theirs }) => micros(theirs)) },
        ],
      },
      {
        kind: 'bars',
        value: { name: 'ratio to by hand' },
        groups,
        bars: [
          { name: 'CPU', values: pairs.map(({ ours, theirs }) => pairedRatio(column(ours, 'cpuMs'), column(theirs, 'cpuMs'))) },
          { name: 'throughput', values: pairs.map(({ ours, theirs }) => pairedRatio(column(theirs, 'wallMs'), column(ours, 'wallMs'))) },
        ],
        marks: [
          ...(barred.cpu === undefined ? [] : [{ name: `CPU at most ${barred.cpu}`, at: barred.cpu }]),
          { name: `throughput at least ${barred.throughput}`, at: barred.throughput },
        ],
      },
    ],
  };
}

/** @param {readonly number[]} values */
function spread(values) {
  return Math.max(...values) / Math.min(...values);
}
