import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logNormal, seededRandom } from '../simulator/random.ts';
import { Hedging } from './hedging.ts';
import { RunTimes } from './run-times.ts';

interface Sums {
  callsMs: number;
  copiesMs: number;
  longestMs: number;
  mostMs: number;
}

/** Calls one after another, hedged; a copy that cannot be ended runs to its end. */
function hedged(draws: Iterable<number>, budget: number, canEnd: boolean): Sums {
  const times = new RunTimes();
  const hedging = new Hedging(budget, times);
  const source = draws[Symbol.iterator]();
  const sums: Sums = { callsMs: 0, copiesMs: 0, longestMs: 0, mostMs: 0 };
  for (let next = source.next(); !next.done; next = source.next()) {
    const ms = next.value;
    const delayMs = hedging.delayMs();
    const drawnMs = ms > delayMs ? hedging.draw() : null;
    const other = drawnMs === null ? undefined : source.next().value;
    sums.longestMs = Math.max(sums.longestMs, ms, other ?? 0);
    const endMs = other === undefined ? ms : Math.min(ms, delayMs + other);
    // One that was cut off counts as what it is taken to have computed otherwise: as long as any at most.
    sums.callsMs += ms;
    sums.mostMs += endMs === ms ? ms : sums.longestMs * 1.21;
    hedging.called(endMs, endMs === ms);
    note(times, endMs, ms);
    if (other === undefined || drawnMs === null) continue;
    const copyMs = canEnd ? endMs - delayMs : other;
    sums.copiesMs += copyMs;
    hedging.copied(copyMs, drawnMs);
    note(times, copyMs, other);
  }
  return sums;
}

function note(times: RunTimes, endMs: number, ms: number): void {
  if (endMs === ms) times.done(ms);
  else times.cutOff(endMs);
}

function* logNormals(seed: number, calls: number): Generator<number> {
  const random = seededRandom(seed);
  for (let i = 0; i < calls; i++) yield logNormal(random, Math.log(10), 1.5);
}

describe('hedging', () => {
  it('waits until enough calls are known', () => {
    const times = new RunTimes();
    const hedging = new Hedging(0.05, times);
    for (let i = 0; i < 49; i++) times.done(10);
    expect(hedging.delayMs()).toBe(Number.POSITIVE_INFINITY);
    times.done(10);
    expect(hedging.delayMs()).toBeLessThan(12);
  });

  it('uses most of its budget, and no more, where copies end with their race', () => {
    const { callsMs, copiesMs } = hedged(logNormals(1, 40_000), 0.1, true);
    expect(copiesMs / callsMs).toBeLessThanOrEqual(0.1);
    expect(copiesMs / callsMs).toBeGreaterThan(0.06);
  });

  it('copies fewer calls where copies cannot be ended', () => {
    const { callsMs, copiesMs } = hedged(logNormals(2, 40_000), 0.1, false);
    expect(copiesMs / callsMs).toBeLessThanOrEqual(0.101);
  });

  it('keeps its budget whatever happens, but for the copies that a quiet time has saved', () => {
    const spell = fc.record({
      calls: fc.integer({ min: 1, max: 400 }),
      ms: fc.double({ min: 0.1, max: 1000, noNaN: true }),
      spread: fc.double({ min: 0, max: 2, noNaN: true }),
    });
    const property = fc.property(
      fc.array(spell, { maxLength: 8 }),
      fc.integer(),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.boolean(),
      (spells, seed, budget, canEnd) => {
        const random = seededRandom(seed);
        const draws = spells.flatMap(({ calls, ms, spread }) =>
          Array.from({ length: calls }, () => logNormal(random, Math.log(ms), spread)),
        );
        const { mostMs, copiesMs, longestMs } = hedged(draws, budget, canEnd);
        // A copy is drawn for by what is expected of it, so each of the saved ones may take as long as any.
        expect(copiesMs).toBeLessThanOrEqual(budget * mostMs + 20 * longestMs + 1e-6);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});
