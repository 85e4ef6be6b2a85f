// @ts-check
import { marksAcross, numbers } from './axis.mjs';
import { colourOf } from './colours.mjs';

/** @typedef {import('../plot.mjs').Line} Line */

const SYMBOLS = ['circle', 'triangle', 'rect', 'diamond', 'roundRect', 'pin'];
/** With more points symbols and whiskers run into each other. */
const FEW_POINTS = 30;

/**
 * @param {import('../plot.mjs').LinesPanel} panel
 * @param {import('./layout.mjs').Cell} cell
 * @param {number} index of its axes
 * @param {ReadonlyMap<string, string>} palette
 */
export function linesPanel({ x, y, lines, marks = [] }, { hasXLabels, xExtent }, index, palette) {
  const names = [...palette.keys()];
  const [min, max] = xExtent ?? [];
  const xAxis = numbers({ min, max, ...x, name: hasXLabels ? x.name : '' }, index, 28);
  const series = lines.flatMap((line) => {
    const look = { color: colourOf(palette, line.name), symbol: SYMBOLS[names.indexOf(line.name) % SYMBOLS.length] };
    // The line first: the legend shows what comes first under a name.
    return [lineOf(line, look, index), ...intervals(line, look.color, index)];
  });
  return {
    xAxis: { ...xAxis, axisLabel: { ...xAxis.axisLabel, show: hasXLabels }, splitLine: { show: false } },
    yAxis: numbers(y, index, 52),
    series: [...series, ...marksAcross(marks, 'yAxis', index)],
  };
}

/** @param {Line} line @param {{ color: string, symbol: string }} look @param {number} index */
function lineOf({ name, points, isDashed = false, isStepped = false }, { color, symbol }, index) {
  return {
    type: /** @type {const} */ ('line'),
    name,
    xAxisIndex: index,
    yAxisIndex: index,
    data: points.map((point) => [point.x, point.y]),
    step: isStepped ? /** @type {const} */ ('end') : /** @type {const} */ (false),
    symbol,
    symbolSize: 7,
    showSymbol: points.length <= FEW_POINTS,
    itemStyle: { color },
    lineStyle: { color, width: 2, type: isDashed ? /** @type {const} */ ('dashed') : /** @type {const} */ ('solid') },
  };
}

/** Whiskers at few points, a band along many. @param {Line} line @param {string} color @param {number} index */
function intervals({ name, points }, color, index) {
  const known = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  if (known.length === 0) return [];
  const data = known.map(({ x, low, high }) => [x, low, high]);
  const shared = {
    type: /** @type {const} */ ('custom'),
    name,
    xAxisIndex: index,
    yAxisIndex: index,
    silent: true,
    encode: { x: 0, y: [1, 2] },
  };
  if (known.length <= FEW_POINTS) return [{ ...shared, itemStyle: { color }, data, renderItem: whisker(color) }];
  return [{ ...shared, z: 1, itemStyle: { color }, data, renderItem: band(data, color) }];
}

/** @param {string} color @returns {import('echarts').CustomSeriesOption['renderItem']} */
function whisker(color) {
  return (_, api) => {
    const [x, low] = api.coord([api.value(0), api.value(1)]);
    const [, high] = api.coord([api.value(0), api.value(2)]);
    const stroke = { stroke: color, lineWidth: 1.2 };
    const across = (/** @type {number} */ y) => ({
      type: /** @type {const} */ ('line'),
      shape: { x1: x - 4, x2: x + 4, y1: y, y2: y },
      style: stroke,
    });
    const upright = { type: /** @type {const} */ ('line'), shape: { x1: x, x2: x, y1: low, y2: high }, style: stroke };
    return { type: 'group', children: [upright, across(low), across(high)] };
  };
}

/**
 * All of it at the first point, nothing at the others.
 * @param {readonly (number | undefined)[][]} data
 * @param {string} color
 * @returns {import('echarts').CustomSeriesOption['renderItem']}
 */
function band(data, color) {
  return ({ dataIndex }, api) => {
    if (dataIndex > 0) return { type: 'group', children: [] };
    const there = data.map(([x = 0, , high = 0]) => api.coord([x, high]));
    const back = data.map(([x = 0, low = 0]) => api.coord([x, low])).reverse();
    return { type: 'polygon', shape: { points: [...there, ...back] }, style: { fill: color, opacity: 0.18 } };
  };
}
