// @ts-check
import { marksAcross, numbers } from './axis.mjs';
import { colourOf } from './colours.mjs';
import { labelWidth } from './layout.mjs';

/** Of the room of a group, what its bars take. */
const FILLED = 0.72;

/**
 * @param {import('../plot.mjs').BarsPanel} panel
 * @param {number} index of its axes
 * @param {ReadonlyMap<string, string>} palette
 */
export function barsPanel({ value, groups, bars, marks = [] }, index, palette) {
  const series = bars.flatMap((each, i) => {
    const color = colourOf(palette, each.name);
    const offset = i - (bars.length - 1) / 2;
    return [barsOf(each, color, index, bars.length), ...intervals(each, offset / bars.length, index)];
  });
  return {
    xAxis: { ...numbers(value, index, 28), ...(value.log === true ? beginning(value, bars) : {}) },
    yAxis: {
      gridIndex: index,
      type: /** @type {const} */ ('category'),
      data: [...groups],
      inverse: true,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: '#999999' } },
      axisLabel: { interval: 0, fontSize: 12, color: '#222222', width: labelWidth(groups) + 8, overflow: /** @type {const} */ ('break') },
    },
    series: [...series, ...marksAcross(marks, 'xAxis', index)],
  };
}

/**
 * A logarithmic axis has no zero from which bars could grow.
 * @param {import('../plot.mjs').Axis} axis
 * @param {readonly import('../plot.mjs').Bars[]} bars
 */
function beginning({ from }, bars) {
  if (from !== undefined) return { startValue: from };
  const lows = bars.flatMap(({ values }) =>
    values.map((value) => (typeof value === 'object' ? value.low : value) ?? Number.POSITIVE_INFINITY),
  );
  const least = 10 ** Math.floor(Math.log10(Math.min(...lows)));
  return { startValue: least, min: least };
}

/**
 * @param {import('../plot.mjs').Bars} bars
 * @param {string} color
 * @param {number} index
 * @param {number} count of bars in a group
 */
function barsOf({ name, values }, color, index, count) {
  return {
    type: /** @type {const} */ ('bar'),
    name,
    xAxisIndex: index,
    yAxisIndex: index,
    barGap: '0%',
    barWidth: `${(100 * FILLED) / count}%`,
    itemStyle: { color },
    data: values.map((value) => (typeof value === 'object' ? value.median : (value ?? null))),
  };
}

/** @param {import('../plot.mjs').Bars} bars @param {number} offset from the middle of the group, of what is filled @param {number} index */
function intervals({ name, values }, offset, index) {
  const data = values.flatMap((value, group) => (typeof value === 'object' ? [[value.low, value.high, group]] : []));
  if (data.length === 0) return [];
  const encode = { x: [0, 1], y: 2 };
  return [
    {
      type: /** @type {const} */ ('custom'),
      name,
      xAxisIndex: index,
      yAxisIndex: index,
      silent: true,
      encode,
      data,
      z: 5,
      renderItem: whisker(offset),
    },
  ];
}

/** @param {number} offset @returns {import('echarts').CustomSeriesOption['renderItem']} */
function whisker(offset) {
  return (_, api) => {
    const group = api.value(2);
    const [low, middle] = api.coord([api.value(0), group]);
    const [high] = api.coord([api.value(1), group]);
    const [, next] = api.coord([api.value(0), 1]);
    const [, first] = api.coord([api.value(0), 0]);
    const y = middle + offset * FILLED * (next - first);
    const style = { stroke: '#222222', lineWidth: 1.2 };
    const upright = (/** @type {number} */ x) => ({
      type: /** @type {const} */ ('line'),
      shape: { x1: x, x2: x, y1: y - 3, y2: y + 3 },
      style,
    });
    const along = { type: /** @type {const} */ ('line'), shape: { x1: low, x2: high, y1: y, y2: y }, style };
    return { type: 'group', children: [along, upright(low), upright(high)] };
  };
}
