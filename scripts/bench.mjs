// Runs one benchmark of bench/, or all of them in turn, and writes what came of it into docs/experiments.md: npm run bench -- [NAME] [--quick]
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { root, run } from './steps.mjs';

/** What draws and writes down results that are there. */
const others = ['plot', 'write-experiments'];
const names = readdirSync(`${root}bench`)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length))
  .filter((name) => !others.includes(name));
const [name, ...rest] = process.argv.slice(2);
const isName = name !== undefined && !name.startsWith('--');

await import('./build.mjs');
if (isName && !names.includes(name)) {
  const { didYouMean } = await import('../dist/internals.js');
  console.error(`there is no benchmark "${name}"${didYouMean(name, names)}; there are ${names.join(', ')}`);
  process.exit(1);
}

const flags = isName ? rest : process.argv.slice(2);
const summary = [];
for (const chosen of isName ? [name] : names) {
  console.error(`• ${chosen}`);
  const startMs = Date.now();
  // With the heap growing as `flowserve serve` lets it, for whoever is measured in this process.
  const status = await run(process.execPath, ['--expose-gc', '--heap-growing-percent=300', `${root}bench/${chosen}.mjs`, ...flags]);
  if (status !== 0) process.exitCode = status;
  summary.push(outcome(chosen, startMs));
}
await run(process.execPath, [`${root}bench/write-experiments.mjs`]);
if (!isName) console.table(summary);

/** What its result says, unless that is an older one. */
function outcome(benchmark, startMs) {
  const file = `${root}bench/results/${benchmark}.json`;
  const seconds = Math.round((Date.now() - startMs) / 1000);
  if (!existsSync(file) || statSync(file).mtimeMs < startMs) return { benchmark, seconds, 'bars that hold': 'it has failed', missed: '' };
  // A bar of `–` is a figure that is shown and not judged.
  const bars = JSON.parse(readFileSync(file, 'utf8')).bars.filter(({ bar }) => bar !== '–');
  const missed = bars.filter(({ holds }) => !holds).map(({ claim, bar, measured }) => `${claim}: ${measured}, not ${bar}`);
  return { benchmark, seconds, 'bars that hold': `${bars.length - missed.length} of ${bars.length}`, missed: missed.join('; ') };
}
