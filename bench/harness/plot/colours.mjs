// @ts-check

/** Told apart with every kind of colour vision. Source: Okabe and Ito, Color Universal Design (2008); without yellow, which is too light. */
const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#8a8a8a'];

/**
 * A colour for each name, in the order in which they come.
 * @param {readonly import('../plot.mjs').Panel[]} panels
 * @returns {Map<string, string>}
 */
export function colours(panels) {
  const names = new Set(panels.flatMap((panel) => (panel.kind === 'lines' ? panel.lines : panel.bars).map(({ name }) => name)));
  return new Map([...names].map((name, i) => [name, PALETTE[i % PALETTE.length]]));
}

/** @param {ReadonlyMap<string, string>} palette @param {string} name */
export function colourOf(palette, name) {
  return palette.get(name) ?? PALETTE[0];
}
