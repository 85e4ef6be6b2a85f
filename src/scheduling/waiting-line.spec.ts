import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Place, WaitingLine } from './waiting-line.ts';

/** A line of names, which come in this order. */
function lineOf(...all: readonly (readonly [name: string, deadlineMs?: number])[]): {
  readonly line: WaitingLine<string>;
  readonly places: readonly Place<string>[];
} {
  const line = new WaitingLine<string>();
  const places = all.map(([name, deadlineMs = Number.POSITIVE_INFINITY], arrival) => line.add(name, deadlineMs, arrival));
  return { line, places };
}

describe('a waiting line', () => {
  it('gives the earliest deadline first, and those without one last', () => {
    const { line } = lineOf(['never'], ['late', 30], ['soon', 10], ['next', 20]);
    expect(line.takeAll()).toEqual(['soon', 'next', 'late', 'never']);
  });

  it('keeps the order of arrival among equal deadlines', () => {
    const { line } = lineOf(['a', 10], ['b', 10], ['c'], ['d', 10], ['e']);
    expect(line.takeAll()).toEqual(['a', 'b', 'd', 'c', 'e']);
  });

  it('gives who comes back with its old number the place it had', () => {
    const { line } = lineOf(['a'], ['b'], ['c']);
    expect(line.take()).toBe('a');
    line.add('a', Number.POSITIVE_INFINITY, 0);
    expect(line.takeAll()).toEqual(['a', 'b', 'c']);
  });

  it('takes one out from the front, or one by its place', () => {
    const { line, places } = lineOf(['a'], ['b'], ['c']);
    expect(line.remove(places[1] as Place<string>)).toBe(true);
    expect([line.first, line.take(), line.first, line.take(), line.first, line.take()]).toEqual(['a', 'a', 'c', 'c', undefined, undefined]);
  });

  it('says so when who is to be removed has been taken', () => {
    const { line, places } = lineOf(['a'], ['b']);
    line.take();
    expect(line.remove(places[0] as Place<string>)).toBe(false);
    line.takeAll();
    expect(line.remove(places[1] as Place<string>)).toBe(false);
  });

  it('is empty after all were taken out', () => {
    const { line } = lineOf(['a'], ['b']);
    line.takeAll();
    expect(line.length).toBe(0);
  });

  it('is what sorting would make of it, whoever comes and leaves', () => {
    const step = fc.record({
      what: fc.constantFrom('add', 'add', 'add', 'take', 'remove'),
      deadlineMs: fc.nat({ max: 9 }),
      which: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const line = new WaitingLine<number>();
        let sorted: readonly Place<number>[] = [];
        for (const [arrival, one] of steps.entries()) {
          sorted = applied(line, sorted, { ...one, arrival });
          expect(line.length).toBe(sorted.length);
        }
        expect(new Set(line)).toEqual(new Set(sorted.map(({ value }) => value)));
        expect(line.takeAll()).toEqual(sorted.map(({ value }) => value));
      }),
    );
  });
});

interface Step {
  readonly what: string;
  readonly deadlineMs: number;
  readonly which: number;
  readonly arrival: number;
}

/** Who waits after a step, sorted. */
function applied(line: WaitingLine<number>, sorted: readonly Place<number>[], { what, deadlineMs, which, arrival }: Step): typeof sorted {
  if (what === 'add') {
    return [...sorted, line.add(arrival, deadlineMs, arrival)].toSorted((a, b) => a.deadlineMs - b.deadlineMs || a.arrival - b.arrival);
  }
  const place = sorted[what === 'take' ? 0 : which % sorted.length];
  if (what === 'take') expect(line.take()).toBe(place?.value);
  else if (place !== undefined) expect(line.remove(place)).toBe(true);
  return sorted.filter((other) => other !== place);
}
