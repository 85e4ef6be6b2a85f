// @ts-check

const TEXT = '#333333';

/**
 * An axis of numbers, named at its middle.
 * @param {import('../plot.mjs').Axis} axis
 * @param {number} gridIndex
 * @param {number} nameGap between the line and the name
 */
export function numbers({ name, log = false, min, max }, gridIndex, nameGap) {
  return {
    gridIndex,
    type: log ? /** @type {const} */ ('log') : /** @type {const} */ ('value'),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    name,
    nameGap,
    nameLocation: /** @type {const} */ ('middle'),
    nameTextStyle: { color: TEXT, fontSize: 12 },
    axisLabel: { color: TEXT, fontSize: 11, hideOverlap: true, formatter: shown },
    axisLine: { show: true, lineStyle: { color: '#999999' } },
    splitLine: { show: true, lineStyle: { color: '#e8e8e8' } },
  };
}

/** Powers of ten come with an error in their last digit. @param {number} value */
function shown(value) {
  return Number(value.toPrecision(8)).toLocaleString('en-US', { maximumFractionDigits: 8 });
}

/**
 * Lines across at the values of marks. They are a series of their own, so that the axis reaches as far as they do.
 * @param {readonly import('../plot.mjs').Mark[]} marks
 * @param {'xAxis' | 'yAxis'} axis of the values
 * @param {number} index of the axes
 */
export function marksAcross(marks, axis, index) {
  if (marks.length === 0) return [];
  const encode = axis === 'xAxis' ? { x: 0, y: [] } : { x: [], y: 0 };
  return [
    {
      type: /** @type {const} */ ('custom'),
      xAxisIndex: index,
      yAxisIndex: index,
      silent: true,
      encode,
      data: marks.map(({ at }) => [at]),
      renderItem: () => ({ type: /** @type {const} */ ('group'), children: [] }),
      markLine: {
        symbol: 'none',
        animation: false,
        lineStyle: { color: '#555555', type: /** @type {const} */ ('dashed'), width: 1.2 },
        label: { formatter: '{b}', color: TEXT, fontSize: 11 },
        data: marks.map(({ name, at }, i) => ({ name, [axis]: at, label: { position: labelAt(axis, i) } })),
      },
    },
  ];
}

/** @param {'xAxis' | 'yAxis'} axis @param {number} i */
function labelAt(axis, i) {
  // Groups go downwards, so that lines across them start at the top.
  if (axis === 'xAxis') return /** @type {const} */ ('start');
  // Two that lie close to each other have their names beside each other.
  return i % 2 === 0 ? /** @type {const} */ ('insideEndTop') : /** @type {const} */ ('insideMiddleTop');
}
