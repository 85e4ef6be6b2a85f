// @ts-check
/**
 * @typedef {{ readonly atMs: number, readonly tookMs: number | null }} Call
 * @typedef {{ readonly name: string, readonly rounds: readonly { readonly calls: readonly Call[] }[] }} Variant
 */

const WINDOW_MS = 100;

/**
 * @param {{ readonly load: { readonly perSecond: number }, readonly variants: readonly Variant[] }} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot({ load, variants }) {
  const panel = (/** @type {string} */ name, /** @type {(took: readonly number[]) => number} */ of) => ({
    kind: /** @type {const} */ ('lines'),
    x: { name: 'time since the signal (s)' },
    y: { name, log: true },
    lines: variants.map(({ name, rounds }, i) => ({ name, points: windows(rounds, of), isDashed: i > 0 })),
  });
  return {
    title: `A new version under ${load.perSecond} requests a second, all rounds together`,
    panels: [panel('slowest (ms)', (took) => took.at(-1) ?? 0), panel('median (ms)', (took) => took[took.length >> 1] ?? 0)],
  };
}

/** A value for each tenth of a second. @param {Variant['rounds']} rounds @param {(took: readonly number[]) => number} of */
function windows(rounds, of) {
  /** @type {Map<number, number[]>} */
  const all = new Map();
  for (const { atMs, tookMs } of rounds.flatMap(({ calls }) => calls)) {
    if (tookMs === null) continue;
    const at = Math.floor(atMs / WINDOW_MS);
    all.set(at, [...(all.get(at) ?? []), tookMs]);
  }
  return [...all].sort(([a], [b]) => a - b).map(([at, took]) => ({ x: (at * WINDOW_MS) / 1000, y: of(took.sort((a, b) => a - b)) }));
}
