// @ts-check
/** @typedef {import('../plot.mjs').Panel} Panel */

export const WIDTH = 900;
const LEAST_HEIGHT = 500;
const LINES_HEIGHT = 120;
const LEGEND_LINE = 24;
/** How wide a letter is, about, of the size of its font. */
export const LETTER_OF_SIZE = 0.58;
const LETTER = 12 * LETTER_OF_SIZE;
const WIDEST_LABEL = 300;

/**
 * @typedef {object} Cell where a panel is drawn, without what stands around its axes
 * @property {Panel} panel
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} titleTop
 * @property {boolean} hasXLabels whether the x axis is labelled here and not in the panel below
 * @property {readonly [number, number] | undefined} xExtent of all panels that share the x axis
 */

/**
 * Where everything stands: rows are as high as they need to be, and higher where there is room.
 * @param {import('../plot.mjs').Figure} figure
 * @param {readonly string[]} names in the legend
 * @returns {{ cells: Cell[], height: number, legendTop: number }}
 */
export function layOut({ panels, columns = 1 }, names) {
  const legendTop = 34;
  const top = legendTop + legendLines(names) * LEGEND_LINE + 6;
  const margins = panels.map((panel, i) => marginsOf(panel, panels[i + columns]));
  const rows = Array.from({ length: Math.ceil(panels.length / columns) }, (_, row) => row);
  const inRow = (/** @type {number} */ row) => panels.map((_, i) => i).filter((i) => Math.floor(i / columns) === row);
  const wanted = rows.map((row) => Math.max(...inRow(row).map((i) => margins[i].above + margins[i].below + heightOf(panels[i]))));
  const total = wanted.reduce((sum, height) => sum + height, top);
  const spare = Math.max(0, LEAST_HEIGHT - total) / rows.length;
  const tops = rows.map((row) => wanted.slice(0, row).reduce((sum, height) => sum + height + spare, top));
  const cells = panels.map((panel, i) => {
    const { above, below, before } = margins[i];
    const row = Math.floor(i / columns);
    const left = (WIDTH / columns) * (i % columns) + before;
    return {
      panel,
      left,
      top: tops[row] + above,
      titleTop: tops[row] + 4,
      width: (WIDTH / columns) * ((i % columns) + 1) - left - 26,
      height: wanted[row] + spare - above - below,
      hasXLabels: !sharesX(panel, panels[i + columns]),
      xExtent: xExtent(panels.filter((other, j) => j % columns === i % columns && sharesX(panel, other))),
    };
  });
  return { cells, height: Math.max(LEAST_HEIGHT, Math.ceil(total)), legendTop };
}

/** How wide the names of groups are. @param {readonly string[]} groups */
export function labelWidth(groups) {
  return Math.min(WIDEST_LABEL, Math.max(...groups.map((group) => group.length)) * LETTER);
}

/** @param {readonly string[]} names */
function legendLines(names) {
  const width = names.reduce((sum, name) => sum + name.length * 13 * LETTER_OF_SIZE + 50, 0);
  return Math.max(1, Math.ceil(width / (WIDTH - 40)));
}

/** @param {Panel} panel @param {Panel | undefined} below */
function marginsOf(panel, below) {
  const hasMarks = panel.kind === 'bars' && (panel.marks ?? []).length > 0;
  return {
    above: (panel.title === undefined ? 8 : 26) + (hasMarks ? 16 : 0),
    below: sharesX(panel, below) ? 12 : 52,
    before: panel.kind === 'lines' ? 72 : labelWidth(panel.groups) + 24,
  };
}

/** @param {Panel} panel */
function heightOf(panel) {
  return panel.kind === 'lines' ? LINES_HEIGHT : panel.groups.length * (panel.bars.length * 13 + 11);
}

/** @param {Panel} panel @param {Panel | undefined} other */
function sharesX(panel, other) {
  return panel.kind === 'lines' && other?.kind === 'lines' && panel.x.name === other.x.name;
}

/**
 * @param {readonly Panel[]} panels
 * @returns {readonly [number, number] | undefined}
 */
function xExtent(panels) {
  const xs = panels.flatMap((panel) => (panel.kind === 'lines' ? panel.lines.flatMap(({ points }) => points.map(({ x }) => x)) : []));
  // A loop, since there may be more points than a call has arguments.
  return xs.length === 0 ? undefined : [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))];
}
