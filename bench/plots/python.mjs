// @ts-check
import { medianOf } from '../harness/line.mjs';
import { pairedRatio } from '../harness/ratio.mjs';

/** @typedef {import('../harness/rounds.mjs').Cost} Cost */
/** @typedef {Readonly<Record<string, readonly Cost[]>>} Contenders */

const replicas = [1, 2, 4];

/**
 * @param {{ readonly sleeping: Contenders, readonly computing: Contenders } & Readonly<Record<string, Contenders>>} figures
 * @returns {import('../harness/plot.mjs').Figure}
 */
export function plot({ sleeping, computing, ...calls }) {
  const groups = Object.keys(calls);
  const cpu = (/** @type {string} */ who) => Object.values(calls).map((contenders) => contenders[who].map(({ cpuMs }) => cpuMs));
  const micros = (/** @type {string} */ who) => cpu(who).map((costs) => medianOf(costs.map((cost) => cost * 1000)));
  const echo = cpu('echo');
  return {
    title: 'A function in Python, beside a process in Python that gives bytes back',
    panels: [
      {
        kind: 'bars',
        value: { name: 'CPU of both processes (µs)', log: true },
        groups,
        bars: [
          { name: 'a call', values: micros('call') },
          { name: 'a whole request', values: micros('request') },
          { name: 'an echo', values: micros('echo') },
        ],
      },
      {
        kind: 'bars',
        value: { name: 'CPU ÷ an echo, and at most' },
        groups,
        bars: [{ name: 'a call', values: cpu('call').map((costs, i) => pairedRatio(costs, echo[i])) }],
        marks: [
          { name: '1 MB: 1.2', at: 1.2 },
          { name: 'one number: 2', at: 2 },
        ],
      },
      {
        kind: 'lines',
        title: 'Throughput with more replicas, eight requests under way',
        x: { name: 'replicas', min: 0 },
        y: { name: 'throughput ÷ one replica' },
        lines: [
          scaling('sleeps for 5 ms', sleeping),
          scaling('computes for 5 ms', computing),
          { name: 'as many times', isDashed: true, points: replicas.map((count) => ({ x: count, y: count })) },
        ],
      },
    ],
  };
}

/** @param {string} name @param {Contenders} contenders @returns {import('../harness/plot.mjs').Line} */
function scaling(name, contenders) {
  const times = (/** @type {number} */ count) => contenders[count].map(({ wallMs }) => wallMs);
  const points = replicas.map((count) => {
    const { median, low, high } = pairedRatio(times(1), times(count));
    return { x: count, y: median, low, high };
  });
  return { name, points };
}
