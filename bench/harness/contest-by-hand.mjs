// @ts-check
import { medianOf } from './line.mjs';

/** @typedef {import('./rounds.mjs').Cost} Cost */
/** @typedef {import('./ratio.mjs').Ratio} Ratio */

/**
 * @typedef {object} Contest of a pipeline and the same models by hand, at one number of requests under way
 * @property {Ratio} wall throughput, ours to theirs
 * @property {Ratio} cpu of a request, ours to theirs
 * @property {{ readonly 'by hand': readonly Cost[], readonly flowserve: readonly Cost[] }} costs
 *
 * @typedef {{ readonly 1: Contest, readonly 8: Contest }} Contests
 */

/**
 * What a request costs both, and the ratios.
 * @param {string} title
 * @param {string} request such as `photo`
 * @param {Contests} contests
 * @returns {import('./plot.mjs').Figure}
 */
export function contestByHand(title, request, contests) {
  const both = [contests[1], contests[8]];
  const groups = [`1 ${request} at a time`, `8 ${request}s at a time`];
  const panelOf = (/** @type {string} */ what, /** @type {'wallMs' | 'cpuMs'} */ key) => {
    const values = (/** @type {'by hand' | 'flowserve'} */ who) => both.map(({ costs }) => medianOf(costs[who].map((cost) => cost[key])));
    const bars = [
      { name: 'FlowServe', values: values('flowserve') },
      { name: 'by hand', values: values('by hand') },
    ];
    return { kind: /** @type {const} */ ('bars'), value: { name: `${what} of a ${request} (ms)` }, groups, bars };
  };
  return {
    title,
    panels: [
      panelOf('time', 'wallMs'),
      panelOf('CPU', 'cpuMs'),
      {
        kind: 'bars',
        value: { name: 'ratio to by hand' },
        groups,
        bars: [
          { name: 'throughput', values: both.map(({ wall }) => wall) },
          { name: 'CPU', values: both.map(({ cpu }) => cpu) },
        ],
        marks: [{ name: 'throughput at least 0.95', at: 0.95 }],
      },
    ],
  };
}
