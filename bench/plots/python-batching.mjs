// @ts-check
import { median } from '../harness/ratio.mjs';

/**
 * @typedef {readonly { readonly inTime: number, readonly meanMs: number }[]} Scores
 * @typedef {{ readonly load: number, readonly adaptive: Scores, readonly fixed: Scores }} Point
 */

/**
 * @param {{ readonly timeMs: number, readonly points: readonly Point[] }} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot({ timeMs, points }) {
  const groups = points.map(({ load }) => `load ${load}`);
  const values = (/** @type {'adaptive' | 'fixed'} */ by, /** @type {'inTime' | 'meanMs'} */ key) =>
    points.map((point) => median(point[by].map((score) => score[key])));
  const bars = (/** @type {'inTime' | 'meanMs'} */ key) => [
    { name: 'adaptive', values: values('adaptive', key) },
    { name: 'best fixed pair for the load', values: values('fixed', key) },
  ];
  return {
    title: `Batching in Python, for real: a call of n rows takes 10 + n ms, a request has ${timeMs} ms`,
    columns: 2,
    panels: [
      { kind: 'bars', value: { name: 'answered in time (part)' }, groups, bars: bars('inTime') },
      { kind: 'bars', value: { name: 'mean latency (ms)' }, groups, bars: bars('meanMs') },
    ],
  };
}
