// @ts-check
import * as echarts from 'echarts';
import { barsPanel } from './plot/bars-panel.mjs';
import { colours } from './plot/colours.mjs';
import { LETTER_OF_SIZE, layOut, WIDTH } from './plot/layout.mjs';
import { linesPanel } from './plot/lines-panel.mjs';

/**
 * @typedef {object} Axis
 * @property {string} name with its unit, as `latency (ms)`
 * @property {boolean} [log]
 * @property {number | undefined} [min]
 * @property {number | undefined} [max]
 * @property {number} [from] where bars begin on a logarithmic axis, unless at the power of ten below all of them
 *
 * @typedef {object} Point
 * @property {number} x
 * @property {number} y
 * @property {number} [low] end of its interval
 * @property {number} [high]
 *
 * @typedef {object} Line
 * @property {string} name by which it is in the legend; lines of the same name in several panels have one colour
 * @property {readonly Point[]} points
 * @property {boolean} [isDashed]
 * @property {boolean} [isStepped] whether a value holds up to the next point
 *
 * @typedef {object} Mark a line across, such as a bar to be reached
 * @property {string} name
 * @property {number} at the value
 *
 * @typedef {object} LinesPanel
 * @property {'lines'} kind
 * @property {string} [title]
 * @property {Axis} x is drawn once where the panel below has an axis of the same name
 * @property {Axis} y
 * @property {readonly Line[]} lines
 * @property {readonly Mark[]} [marks]
 *
 * @typedef {object} Bars one bar in each group
 * @property {string} name
 * @property {readonly (number | import('./ratio.mjs').Ratio | undefined)[]} values
 *
 * @typedef {object} BarsPanel
 * @property {'bars'} kind
 * @property {string} [title]
 * @property {Axis} value
 * @property {readonly string[]} groups from top to bottom
 * @property {readonly Bars[]} bars
 * @property {readonly Mark[]} [marks]
 *
 * @typedef {LinesPanel | BarsPanel} Panel
 *
 * @typedef {object} Figure
 * @property {string} title
 * @property {readonly Panel[]} panels row by row
 * @property {number} [columns] 1 unless told
 */

// Without a canvas texts are taken to be narrower than they are drawn, and names in the legend overlap.
echarts.setPlatformAPI({
  measureText: (text, font) => ({ width: text.length * LETTER_OF_SIZE * Number(/(\d+)px/.exec(font ?? '')?.[1] ?? 12) }),
});

/**
 * The figure as SVG, 900 wide and 500 high or more. The same figure gives the same bytes.
 * @param {Figure} figure
 * @returns {string}
 */
export function draw(figure) {
  const palette = colours(figure.panels);
  const { cells, height, legendTop } = layOut(figure, [...palette.keys()]);
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  const parts = cells.map((cell, i) =>
    cell.panel.kind === 'lines' ? linesPanel(cell.panel, cell, i, palette) : barsPanel(cell.panel, i, palette),
  );
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: [heading(figure.title, { top: 10, left: 14, size: 16 }), ...cells.flatMap(panelTitle)],
    legend: { top: legendTop, left: 10, itemGap: 16, data: [...palette.keys()], textStyle: { fontSize: 13, color: '#222222' } },
    grid: cells.map(({ left, top, width, height }) => ({ left, top, width, height })),
    xAxis: parts.map(({ xAxis }) => xAxis),
    yAxis: parts.map(({ yAxis }) => yAxis),
    series: parts.flatMap(({ series }) => /** @type {import('echarts').SeriesOption[]} */ (series)),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${withoutCounters(svg)}\n`;
}

/** @param {import('./plot/layout.mjs').Cell} cell */
function panelTitle({ panel, left, titleTop }) {
  return panel.title === undefined ? [] : [heading(panel.title, { top: titleTop, left: left - 4, size: 13 })];
}

/** @param {string} text @param {{ top: number, left: number, size: number }} place */
function heading(text, { top, left, size }) {
  return { text, top, left, padding: 0, textStyle: { fontSize: size, color: '#222222', fontWeight: /** @type {const} */ ('bold') } };
}

/**
 * Names in the picture count what this process has drawn so far; its classes and styles are for pointers.
 * @param {string} svg
 */
function withoutCounters(svg) {
  return svg
    .replace(/<style\b[^>]*>.*?<\/style>/gs, '')
    .replace(/ class="zr\d+-[^"]*"/g, '')
    .replace(/\bzr\d+-/g, 'part-')
    .replace(/ pointer-events="visible"/g, '');
}
