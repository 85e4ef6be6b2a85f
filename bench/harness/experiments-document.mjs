// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { experiments } from './experiments.mjs';

/** @typedef {import('./experiments.mjs').Experiment} Experiment */
/** @typedef {import('./report.mjs').Bar} Bar */

/**
 * @typedef {object} Result as `report` writes it
 * @property {string} at
 * @property {readonly string[]} [flags] unknown of results that were written before flags were
 * @property {{ readonly node: string, readonly cpu: string, readonly cores: number }} machine
 * @property {readonly Bar[]} bars
 */

const BEGIN = '<!-- written by node bench/write-experiments.mjs -->';
const results = new URL('../results/', import.meta.url);

/**
 * The document with what the results say now; what stands above the first mark stays.
 * @param {string} document
 * @returns {string}
 */
export function withResults(document) {
  const begin = document.indexOf(BEGIN);
  if (begin < 0) throw new Error(`the document has no line ${BEGIN}`);
  const shown = experiments.flatMap((experiment) => {
    const result = read(experiment.name);
    return result === undefined ? [] : [{ experiment, result }];
  });
  const sections = shown.map(({ experiment, result }) => section(experiment, result));
  return `${document.slice(0, begin)}${BEGIN}\n\n${overview(shown)}\n\n${sections.join('\n\n')}\n`;
}

/** @param {string} name @returns {Result | undefined} */
function read(name) {
  const file = new URL(`${name}.json`, results);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** @param {readonly { experiment: Experiment, result: Result }[]} shown */
function overview(shown) {
  const rows = shown.map(({ experiment: { name, title }, result: { bars } }) => {
    const judged = judgedOf(bars);
    const held = judged.filter(({ holds }) => holds).length;
    return `| [${title}](#${anchor(title)}) | \`npm run bench -- ${name}\` | ${judged.length === 0 ? '–' : `${held} of ${judged.length}`} |`;
  });
  return ['| experiment | command | bars that hold |', '|---|---|---|', ...rows].join('\n');
}

/** @param {Experiment} experiment @param {Result} result */
function section(experiment, result) {
  const { name, title, asked, measured, bound, thesis } = experiment;
  const hasPlot = existsSync(new URL(`${name}.svg`, results));
  return [
    `## ${title}`,
    `**${asked}** ${measured}`,
    ...(hasPlot ? [`![${title}](../bench/results/${name}.svg)`] : []),
    table(result.bars),
    cameFrom(name, result),
    `- **Held against**: ${bound}`,
    ...(thesis === undefined ? [] : [`- **The thesis**: ${thesis}`]),
    `- **Falls short**: ${fallsShort(experiment, result.bars)}`,
  ]
    .join('\n\n')
    .replaceAll('\n\n- **The thesis**', '\n- **The thesis**')
    .replaceAll('\n\n- **Falls short**', '\n- **Falls short**');
}

/** @param {readonly Bar[]} bars */
function table(bars) {
  const rows = bars.map(({ claim, bar, measured, holds }) => {
    const cells = [claim.replace(/^ +/, '… '), bar, measured, verdict({ claim, bar, measured, holds })];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| claim | bar | measured | holds |', '|---|---|---|---|', ...rows].join('\n');
}

/** @param {Bar} bar */
function verdict({ bar, measured, holds }) {
  if (bar === '–') return '';
  if (!holds) return '**no**';
  return crosses(bar, measured) ? 'yes, not all of its interval' : 'yes';
}

/**
 * Whether an end of a printed interval lies on the wrong side.
 * @param {string} bar such as `≤ 1.25`
 * @param {string} measured such as `1.183 (1.166 – 1.209)`
 */
function crosses(bar, measured) {
  const limit = Number(/^[≤≥<>] ([\d.]+)$/.exec(bar)?.[1]);
  const [, low, high] = (/\((-?[\d.]+) – (-?[\d.]+)\)/.exec(measured) ?? []).map(Number);
  return /^[≤<]/.test(bar) ? high > limit : low < limit;
}

/** @param {string} name @param {Result} result */
function cameFrom(name, { at, flags, machine: { node, cpu, cores } }) {
  const by =
    flags === undefined
      ? 'its flags were not recorded, so take it for a quick run'
      : `\`${['npm run bench --', name, ...flags].join(' ')}\``;
  return `Printed on ${at.slice(0, 10)} by ${flags === undefined ? `\`npm run bench -- ${name}\` (${by})` : by}: Node ${node}, ${cores} cores, ${cpu}.`;
}

/** @param {Experiment} experiment @param {readonly Bar[]} bars */
function fallsShort({ short }, bars) {
  const missed = judgedOf(bars).filter(({ holds }) => !holds);
  const named = missed.map(({ claim, bar, measured }) => `${claim.trim()} is ${measured}, and should be ${bar}`);
  const said = [...(named.length === 0 ? [] : [`${named.join('; ')}.`]), ...(short === undefined ? [] : [short])];
  return said.length === 0 ? 'no bar is missed.' : said.join(' ');
}

/** A bar of `–` is a figure that is shown and not judged. @param {readonly Bar[]} bars */
function judgedOf(bars) {
  return bars.filter(({ bar }) => bar !== '–');
}

/** As GitHub makes it of a heading. @param {string} title */
function anchor(title) {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}
