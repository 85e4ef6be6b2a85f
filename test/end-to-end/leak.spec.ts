import { describe, expect, it } from 'vitest';
import { ruleNames } from '../../src/optimizer/optimize.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { onThreads } from '../support/threads.ts';

const allOff = Object.fromEntries(ruleNames.map((name) => [name, false]));
const ruleSets = [
  { name: 'all rules', rules: {} },
  { name: 'no rule', rules: allOff },
  ...ruleNames.map((name) => ({ name: `all but ${name}`, rules: { [name]: false } })),
  ...ruleNames.map((name) => ({ name: `${name} alone`, rules: { ...allOff, [name]: true } })),
];

// The published system gave the first of two such requests the answer of the second.
describe.each(['loop', 'thread', 'python'])('requests of which a filter drops all or nothing before a batch, on %s', (place) => {
  it.each(ruleSets)('are each answered with their own rows, with $name', async ({ rules }) => {
    const { deployment } = await onThreads(place, { clock: systemClock, rules }, 'leak');
    const requests = [[1], [99], [7, 30, 2, 41], [], [26], [25]];
    const answers = await Promise.all(requests.map((request) => deployment.run(request.map((x) => ({ x })))));
    expect(answers.map((rows) => rows.map(({ x }) => x))).toEqual([[], [99], [30, 41], [], [26], []]);
  });
});
