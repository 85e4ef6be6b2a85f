import { describe, expect, it } from 'vitest';
import { RequestScope } from '../request-scope.ts';
import { WaitingLine } from './waiting-line.ts';

const waiting = (name: string, deadlineMs?: number): { readonly name: string; readonly scope: RequestScope } => ({
  name,
  scope: new RequestScope(deadlineMs),
});

function lineOf(...all: readonly ReturnType<typeof waiting>[]): WaitingLine<ReturnType<typeof waiting>> {
  const line = new WaitingLine<ReturnType<typeof waiting>>();
  for (const one of all) line.add(one);
  return line;
}

describe('a waiting line', () => {
  it('gives the earliest deadline first, and those without one last', () => {
    const line = lineOf(waiting('never'), waiting('late', 30), waiting('soon', 10), waiting('next', 20));
    expect(line.takeAll().map(({ name }) => name)).toEqual(['soon', 'next', 'late', 'never']);
  });

  it('keeps the order of arrival among equal deadlines', () => {
    const line = lineOf(waiting('a', 10), waiting('b', 10), waiting('c'), waiting('d', 10), waiting('e'));
    expect(line.takeAll().map(({ name }) => name)).toEqual(['a', 'b', 'd', 'c', 'e']);
  });

  it('takes one out from the front, or one that is named', () => {
    const [a, b, c] = [waiting('a'), waiting('b'), waiting('c')];
    const line = lineOf(a, b, c);
    expect(line.remove(b)).toBe(true);
    expect([line.take(), line.take(), line.take()]).toEqual([a, c, undefined]);
  });

  it('says so when it does not have what is to be removed', () => {
    const line = lineOf(waiting('a'));
    expect(line.remove(waiting('a'))).toBe(false);
    expect(line.length).toBe(1);
  });

  it('is empty after all were taken out', () => {
    const line = lineOf(waiting('a'), waiting('b'));
    line.takeAll();
    expect(line.length).toBe(0);
  });
});
