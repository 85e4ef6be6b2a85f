import { describe, expect, it } from 'vitest';
import { chooseRace } from './race-choice.ts';
import { RunTimes } from './run-times.ts';

function seen(...ms: readonly number[]): RunTimes {
  const times = new RunTimes();
  for (let i = 0; i < 100; i++) times.done(ms[i % ms.length] ?? 0);
  return times;
}
const varied = seen(10, 10, 10, 10, 10, 10, 10, 10, 10, 200);

describe('the choice of a race', () => {
  it('is none before enough is known, and where calls take equally long', () => {
    expect(chooseRace(new RunTimes(), { replicas: 8, idle: 7 })).toEqual({ kind: 'alone' });
    expect(chooseRace(seen(10, 11), { replicas: 8, idle: 7 })).toEqual({ kind: 'alone' });
  });

  it('is copies for half of the idle replicas while half of all are idle, three at most', () => {
    const choices = [1, 2, 3, 7].map((idle) => chooseRace(varied, { replicas: idle + 1, idle }));
    expect(choices.map((choice) => (choice.kind === 'copies' ? choice.copies : 0))).toEqual([2, 2, 3, 3]);
  });

  it('is a hedge where replicas are busy, or where nobody knows', () => {
    expect(chooseRace(varied, { replicas: 8, idle: 3 })).toEqual({ kind: 'hedge' });
    expect(chooseRace(varied, null)).toEqual({ kind: 'hedge' });
  });
});
