// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { draw } from './plot.mjs';

const results = new URL('../results/', import.meta.url);

/**
 * Prints a table of bars and whether each holds, writes the figures behind it, and draws them.
 * @param {string} name
 * @param {readonly Bar[]} bars
 * @param {object} figures
 * @param {Plot['plot']} [plot] that of `bench/plots/NAME.mjs`
 */
export function report(name, bars, figures, plot) {
  console.table(bars.map(({ claim, bar, measured, holds }) => ({ claim, bar, measured, holds: holds ? 'yes' : 'NO' })));
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg() };
  mkdirSync(results, { recursive: true });
  const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
  const json = JSON.stringify({ name, at: new Date().toISOString(), flags, machine, bars, figures }, null, 2);
  writeFileSync(new URL(`${name}.json`, results), `${json}\n`);
  if (plot !== undefined) writePlot(name, plot(JSON.parse(json).figures));
  if (bars.some(({ holds }) => !holds)) process.exitCode = 1;
}

/**
 * Draws into `bench/results/NAME.svg`.
 * @param {string} name
 * @param {import('./plot.mjs').Figure} figure
 */
export function writePlot(name, figure) {
  writeFileSync(new URL(`${name}.svg`, results), draw(figure));
}

/**
 * @typedef {{ plot(figures: object): import('./plot.mjs').Figure }} Plot of the figures of one benchmark, as they are read from its file
 *
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
