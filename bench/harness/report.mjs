// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

const results = new URL('../results/', import.meta.url);

/**
 * Prints a table of bars and whether each holds, and writes the figures behind it.
 * @param {string} name
 * @param {readonly Bar[]} bars
 * @param {object} figures
 */
export function report(name, bars, figures) {
  console.table(bars.map(({ claim, bar, measured, holds }) => ({ claim, bar, measured, holds: holds ? 'yes' : 'NO' })));
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg() };
  mkdirSync(results, { recursive: true });
  writeFileSync(
    new URL(`${name}.json`, results),
    `${JSON.stringify({ name, at: new Date().toISOString(), machine, bars, figures }, null, 2)}\n`,
  );
  if (bars.some(({ holds }) => !holds)) process.exitCode = 1;
}

/**
 * @typedef {object} Bar
 * @property {string} claim
 * @property {string} bar
 * @property {string} measured
 * @property {boolean} holds
 */

/**
 * `1.012 (0.998 – 1.021)`
 * @param {import('./ratio.mjs').Ratio} ratio
 */
export function printRatio({ median, low, high }) {
  return `${median.toFixed(3)} (${low.toFixed(3)} – ${high.toFixed(3)})`;
}
