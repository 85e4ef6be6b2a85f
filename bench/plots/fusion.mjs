// @ts-check
import { medianOf } from '../harness/line.mjs';
import { pairedRatio } from '../harness/ratio.mjs';

/** @typedef {Readonly<Record<string, readonly import('../harness/rounds.mjs').Cost[]>>} Contenders such as `fused 10` */

const x = { name: 'stages', min: 0 };

/**
 * A row for each size: latency over the number of stages, and the ratios that are judged.
 * @param {Readonly<Record<string, Contenders>>} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot(figures) {
  return {
    title: 'Chains of stages that pass a column on: fused, one by one, and transfers alone',
    columns: 2,
    panels: Object.entries(figures).flatMap(([size, contenders]) => [latency(size, contenders), ratios(size, contenders)]),
  };
}

/** @param {string} size @param {Contenders} contenders @returns {import('../harness/plot.mjs').LinesPanel} */
function latency(size, contenders) {
  const line = (/** @type {string} */ name, /** @type {string} */ kind) => ({
    name,
    points: lengths(contenders, kind).map((stages) => point(stages, medianOf(contenders[`${kind} ${stages}`].map(({ wallMs }) => wallMs)))),
  });
  return {
    kind: 'lines',
    title: size,
    x,
    y: { name: 'latency (ms)' },
    lines: [line('fused', 'fused'), line('one by one', 'apart'), line('transfers alone', 'bare')],
  };
}

/** @param {string} size @param {Contenders} contenders @returns {import('../harness/plot.mjs').LinesPanel} */
function ratios(size, contenders) {
  const cpu = (/** @type {string} */ name) => contenders[name].map(({ cpuMs }) => cpuMs);
  const line = (/** @type {string} */ name, /** @type {string} */ kind, /** @type {(stages: number) => string} */ beside) => ({
    name,
    isDashed: true,
    points: lengths(contenders, kind).map((stages) => point(stages, pairedRatio(cpu(`${kind} ${stages}`), cpu(beside(stages))))),
  });
  return {
    kind: 'lines',
    title: `${size}, CPU`,
    x,
    y: { name: 'ratio' },
    lines: [line('fused ÷ one stage', 'fused', () => 'fused 1'), line('one by one ÷ transfers', 'apart', (stages) => `bare ${stages}`)],
    marks: [
      { name: 'fused: at most 1.1', at: 1.1 },
      { name: 'one by one: at most 1.3', at: 1.3 },
    ],
  };
}

/** @param {Contenders} contenders @param {string} kind */
function lengths(contenders, kind) {
  return Object.keys(contenders)
    .filter((name) => name.startsWith(`${kind} `))
    .map((name) => Number(name.slice(kind.length + 1)));
}

/** @param {number} stages @param {import('../harness/ratio.mjs').Ratio} ratio */
function point(stages, { median, low, high }) {
  return { x: stages, y: median, low, high };
}
