// @ts-check
/**
 * @typedef {{ readonly atMs: number, readonly tookMs: number | null }} Call
 * @typedef {{ readonly atMs: number, readonly fast: number, readonly slow: number, readonly queued: number }} Sample
 * @typedef {{ readonly calls: readonly Call[], readonly samples: readonly Sample[] }} Run
 */

const WINDOW_MS = 250;

/**
 * @param {{ readonly load: { readonly stepMs: number }, readonly targetMs: number, readonly scaled: readonly Run[], readonly fixed: Run }} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot({ load, targetMs, scaled, fixed }) {
  const [first] = scaled;
  const samples = first?.samples ?? [];
  const x = { name: 'time (s)', min: 0 };
  const line = (/** @type {string} */ name, /** @type {'fast' | 'slow' | 'queued'} */ what) => ({
    name,
    isStepped: true,
    points: samples.map((sample) => ({ x: sample.atMs / 1000, y: sample[what] })),
  });
  return {
    title: `The load becomes four times as high after ${load.stepMs / 1000} s`,
    panels: [
      { kind: 'lines', x, y: { name: 'replicas', min: 0 }, lines: [line('slow stage', 'slow'), line('fast stage', 'fast')] },
      { kind: 'lines', x, y: { name: 'calls that wait', min: 0 }, lines: [line('before the slow stage', 'queued')] },
      {
        kind: 'lines',
        x,
        y: { name: 'slowest call (ms)', log: true },
        lines: [
          { name: 'replicas by the load', points: slowest(first?.calls ?? []) },
          { name: 'two replicas', points: slowest(fixed.calls), isDashed: true },
        ],
        marks: [{ name: 'target', at: targetMs }],
      },
    ],
  };
}

/** The slowest call of each quarter of a second. @param {readonly Call[]} calls */
function slowest(calls) {
  /** @type {Map<number, number>} */
  const windows = new Map();
  for (const { atMs, tookMs } of calls) {
    const window = Math.floor(atMs / WINDOW_MS);
    if (tookMs !== null) windows.set(window, Math.max(windows.get(window) ?? 0, tookMs));
  }
  return [...windows].map(([window, tookMs]) => ({ x: (window * WINDOW_MS) / 1000, y: tookMs }));
}
