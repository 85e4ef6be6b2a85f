// @ts-check
// Draws the figures in bench/results again, all or some: node bench/plot.mjs [NAME …]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writePlot } from './harness/report.mjs';

const plots = new URL('./plots/', import.meta.url);
const drawn = readdirSync(plots)
  .map((file) => file.replace(/\.mjs$/, ''))
  .filter((name) => existsSync(resultOf(name)));
const given = process.argv.slice(2);
for (const name of given.length === 0 ? drawn : given) {
  if (!drawn.includes(name)) throw new Error(`there are no figures of "${name}" to draw; there are those of ${drawn.join(', ')}`);
  const { plot } = await import(new URL(`${name}.mjs`, plots).href);
  writePlot(name, plot(JSON.parse(readFileSync(resultOf(name), 'utf8')).figures));
  console.log(`bench/results/${name}.svg`);
}

/** @param {string} name */
function resultOf(name) {
  return new URL(`./results/${name}.json`, import.meta.url);
}
