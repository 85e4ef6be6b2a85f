// @ts-check
import { medianOf } from '../harness/line.mjs';

/** @typedef {import('../harness/ratio.mjs').Ratio} Ratio */
/** @typedef {import('../harness/rounds.mjs').Cost} Cost */
/** @typedef {{ readonly cpu: Ratio, readonly wall: Ratio, readonly costs: { readonly on: readonly Cost[], readonly off: readonly Cost[] } }} Rule */

/**
 * @param {Readonly<Record<string, Rule>>} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot(figures) {
  const groups = Object.keys(figures);
  const rules = Object.values(figures);
  const time = (/** @type {'on' | 'off'} */ side) => rules.map(({ costs }) => medianOf(costs[side].map(({ wallMs }) => wallMs)));
  return {
    title: 'Each rule of the optimizer, in a pipeline in which it has something to do',
    panels: [
      {
        kind: 'bars',
        value: { name: 'time of a request (ms)', log: true },
        groups,
        bars: [
          { name: 'with the rule', values: time('on') },
          { name: 'without it', values: time('off') },
        ],
      },
      {
        kind: 'bars',
        value: { name: 'without ÷ with', log: true, from: 1 },
        groups,
        bars: [
          { name: 'time', values: rules.map(({ wall }) => wall) },
          { name: 'CPU', values: rules.map(({ cpu }) => cpu) },
        ],
        marks: [{ name: 'more than 1', at: 1 }],
      },
    ],
  };
}
